/**
 * JSON without the white space between its tokens, byte for byte what Go's `json.Compact` makes of it. Parsing and
 * printing would round large numbers, undo escapes and sort keys that look like indices.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const WHITE_SPACE: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** Undefined when the bytes are not JSON. */
export function compactJson(body: Uint8Array): Uint8Array | undefined {
  if (!isJson(body)) return undefined;
  const compact = Buffer.allocUnsafe(body.length);
  let length = 0;
  let inString = false;
  let escaped = false;
  for (const byte of body) {
    if (!inString && WHITE_SPACE.has(byte)) continue;
    compact[length++] = byte;
    if (escaped) escaped = false;
    else if (inString && byte === BACKSLASH) escaped = true;
    else if (byte === QUOTE) inString = !inString;
  }
  return compact.subarray(0, length);
}

/** As Go's scanner judges it, bytes in strings may be anything, valid UTF-8 or not: so each is read as a character. */
function isJson(body: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1'));
    return true;
  } catch {
    return false;
  }
}
