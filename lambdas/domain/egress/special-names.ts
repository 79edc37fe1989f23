/** Host names that mean "inside": special-use domains (RFC 6761, IANA registry) and what networks use in practice. */
const SPECIAL_SUFFIXES = new Set([
  'localhost',
  'local',
  'internal',
  'intranet',
  'lan',
  'home',
  'corp',
  'private',
  'localdomain',
  'arpa',
  'onion',
  'test',
  'invalid',
  'example',
  'alt',
]);

/** Why a name can't be a public host, or undefined when only DNS can tell. `name`: lower case, no dot at the end. */
export function whySpecial(name: string): string | undefined {
  const labels = name.split('.');
  const last = labels.at(-1) ?? '';
  if (SPECIAL_SUFFIXES.has(last)) return `names under ".${last}" are not public`;
  if (labels.length === 1) return 'a name of one label is not public';
  return undefined;
}
