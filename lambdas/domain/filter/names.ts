/** `a.b` leads from a to b; a backslash takes its meaning from a dot, a dollar sign or another backslash. */
export function segmentsOf(key: string): readonly string[] {
  const segments: string[] = [];
  let segment = '';
  for (let i = 0; i < key.length; i++) {
    if (key[i] === '\\' && i + 1 < key.length) segment += key[++i];
    else if (key[i] === '.') {
      segments.push(segment);
      segment = '';
    } else segment += key[i];
  }
  return [...segments, segment];
}
