import { randomBytes } from 'node:crypto';
import type { Random } from '../../ports/clock.ts';

const BITS_48 = 2 ** 48;

/** The operating system's randomness: secrets are made of it. */
export const systemRandom: Random = {
  bytes: (length) => randomBytes(length),
  uniform: () => randomBytes(6).readUIntBE(0, 6) / BITS_48,
};
