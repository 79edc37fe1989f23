/** HMAC over bytes, compared in constant time. */
import { createHmac, timingSafeEqual } from 'node:crypto';

export type Hash = 'sha1' | 'sha256' | 'sha384' | 'sha512';

export const MAC_BYTES: Readonly<Record<Hash, number>> = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 };

/** What is signed, one piece after the other; text as UTF-8. */
export type Signed = readonly (string | Uint8Array)[];

/** Length is no secret; the content of equally long values is. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

/** True if any key signed any of the candidates. All pairs are looked at, so time says nothing about which one did. */
export function anyMac(
  hash: Hash,
  keys: readonly Uint8Array[],
  signed: Signed,
  candidates: readonly Uint8Array[],
): boolean {
  let found = false;
  for (const key of keys) {
    const hmac = createHmac(hash, key);
    for (const part of signed) hmac.update(part);
    const expected = hmac.digest();
    for (const candidate of candidates) found = sameBytes(expected, candidate) || found;
  }
  return found;
}

/** Secrets whose text is the key, as most vendors have it. */
export function textKeys(secrets: readonly string[]): readonly Uint8Array[] {
  return secrets.filter((secret) => secret !== '').map((secret) => Buffer.from(secret, 'utf8'));
}
