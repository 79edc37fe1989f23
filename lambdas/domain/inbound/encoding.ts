/**
 * Strict decoding. `Buffer.from` drops what it does not know, so two texts could stand for one signature and a broken
 * secret for a shorter one.
 */

export type Encoding = 'hex' | 'base64' | 'base64url';

const HEX = /^(?:[0-9a-fA-F]{2})+$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const UNPADDED_BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const BASE64URL = /^[A-Za-z0-9_-]+={0,2}$/;

/** Undefined unless the text is pairs of hexadecimal digits, in either case. */
export function decodeHex(text: string): Buffer | undefined {
  return HEX.test(text) ? Buffer.from(text, 'hex') : undefined;
}

/** Undefined unless the text is padded and canonical base64, as every vendor's library writes it. */
export function decodeBase64(text: string): Buffer | undefined {
  if (text === '' || !BASE64.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** Canonical base64url, with or without its padding: RFC 7515 leaves it out, several vendors keep it. */
export function decodeBase64Url(text: string): Buffer | undefined {
  if (!BASE64URL.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text.replace(/=+$/, '') ? bytes : undefined;
}

/**
 * A secret in base64. Padding and the last character's unused bits do not matter here: people cut secrets short when
 * they copy them, and several Standard Webhooks libraries take what they cut.
 */
export function decodeBase64Secret(text: string): Buffer | undefined {
  if (!UNPADDED_BASE64.test(text)) return undefined;
  const digits = text.replace(/=+$/, '').length;
  return digits % 4 === 1 ? undefined : Buffer.from(text, 'base64');
}

const DECODERS = { hex: decodeHex, base64: decodeBase64, base64url: decodeBase64Url } as const;

export function decode(text: string, encoding: Encoding): Buffer | undefined {
  return DECODERS[encoding](text);
}
