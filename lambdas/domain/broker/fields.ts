/** Looking into records that AWS hands over: what is not there, or is something else, is undefined. */

export function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

export function textAt(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

export function numberAt(value: unknown, name: string): number | undefined {
  const found = field(value, name);
  const number = typeof found === 'string' && found !== '' ? Number(found) : found;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

export function listAt(value: unknown, name: string): readonly unknown[] {
  const found = field(value, name);
  return Array.isArray(found) ? found : [];
}

export function entriesAt(value: unknown, name: string): readonly (readonly [string, unknown])[] {
  const found = field(value, name);
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? Object.entries(found) : [];
}

/** Base64; an empty text is an empty message. */
export function bytesAt(value: unknown, name: string): Uint8Array | undefined {
  const found = field(value, name);
  return typeof found === 'string' ? Buffer.from(found, 'base64') : undefined;
}

/** Bytes that come as a list of numbers, which Java's may be below nought. */
export function bytesOfList(list: readonly unknown[]): Uint8Array {
  return Buffer.from(list.map((byte) => (typeof byte === 'number' ? byte : 0)));
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Base64 for what is no text: repaired, two of them could become the same. */
export function textOfBytes(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('base64');
  }
}

/** Names in lower case, texts as they are, numbers and truths written out; what has no text, or no name, is left out. */
export function attributesOf(
  entries: Iterable<readonly [string, unknown]>,
): Readonly<Record<string, string>> {
  const kept = new Map<string, string>();
  for (const [name, value] of entries) {
    const lower = name.toLowerCase();
    // Kafka allows a header without a name; a stored map does not, nor one of the name that is no key to JavaScript.
    if (lower === '' || lower === '__proto__') continue;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      kept.set(lower, String(value));
    }
  }
  return Object.fromEntries(kept);
}
