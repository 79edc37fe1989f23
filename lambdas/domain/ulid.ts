/** ULID text form: 48 bits of milliseconds and 80 bits of randomness in Crockford base32 (github.com/ulid/spec). */

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_CHARS = 10;
const RANDOM_CHARS = 16;
export const ULID_RANDOM_BYTES = 10;
export const MAX_ULID_TIME_MS = 2 ** 48 - 1;
export const ULID_LENGTH = TIME_CHARS + RANDOM_CHARS;
const ULID_SHAPE = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** Encodes a time in milliseconds and ten random bytes. Both come in as arguments, so the same input gives the same id. */
export function encodeUlid(timeMs: number, random: Uint8Array): string {
  if (!Number.isInteger(timeMs) || timeMs < 0 || timeMs > MAX_ULID_TIME_MS) {
    throw new RangeError(`a ULID holds 0 to 2^48-1 milliseconds, not ${timeMs}`);
  }
  if (random.length < ULID_RANDOM_BYTES) throw new RangeError('a ULID needs ten random bytes');
  return encodeTime(timeMs) + encodeRandom(random);
}

/** The ten characters that carry the time (a whole number up to `MAX_ULID_TIME_MS`); every id made in that millisecond starts with them. */
export function encodeTime(timeMs: number): string {
  let rest = timeMs;
  let text = '';
  for (let i = 0; i < TIME_CHARS; i++) {
    text = CROCKFORD[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

function encodeRandom(random: Uint8Array): string {
  let bits = 0n;
  for (const byte of random.subarray(0, ULID_RANDOM_BYTES)) bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let i = 0; i < RANDOM_CHARS; i++) {
    text = CROCKFORD[Number(bits & 31n)] + text;
    bits >>= 5n;
  }
  return text;
}

/** The milliseconds inside a ULID that `isUlid` accepted. */
export function decodeUlidTime(ulid: string): number {
  let time = 0;
  for (const char of ulid.slice(0, TIME_CHARS)) time = time * 32 + CROCKFORD.indexOf(char);
  return time;
}

export function isUlid(text: string): boolean {
  return ULID_SHAPE.test(text);
}
