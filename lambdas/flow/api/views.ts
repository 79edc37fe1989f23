/** Small conversions every view needs. */

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** A body as people can read it, or in base64 when it is not text. A cut text may end inside a character. */
export function textOrBase64(
  bytes: Uint8Array,
  truncated = false,
): { readonly body: string } | { readonly body_base64: string } {
  const text = utf8(bytes, truncated);
  return text === undefined ? { body_base64: Buffer.from(bytes).toString('base64') } : { body: text };
}

/** The text the bytes are in UTF-8, byte order mark included; undefined when they are not. */
export function utf8(bytes: Uint8Array, truncated = false): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: truncated });
  } catch {
    return undefined;
  }
}
