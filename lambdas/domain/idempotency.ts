/** Idempotency keys: the same key and body give the same answer, the same key with another body is a conflict. */
import { createHash } from 'node:crypto';

export const IDEMPOTENCY_TTL_MS = 72 * 3600_000;
export const MAX_IDEMPOTENCY_KEY_LENGTH = 256;

export interface IdempotencyClaim {
  readonly project: string;
  /** What the key is unique for (`POST /v1/events`, `uid`, ...) and the key. */
  readonly key: string;
  readonly fingerprint: string;
  /** What the first caller made under this key: an event id, or the whole answer as JSON. */
  readonly value: string;
  readonly expiresAt: number;
}

export type IdempotencyAnswer =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'repeat'; readonly value: string }
  | { readonly kind: 'conflict' };

/** Compares what is stored under a key with a new claim. */
export function compareClaims(
  stored: IdempotencyClaim | undefined,
  claim: IdempotencyClaim,
  now: number,
): IdempotencyAnswer {
  if (stored === undefined || stored.expiresAt <= now) return { kind: 'fresh' };
  if (stored.fingerprint !== claim.fingerprint) return { kind: 'conflict' };
  return { kind: 'repeat', value: stored.value };
}

/** A digest of everything that makes two requests the same. */
export function fingerprint(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    // The length in bytes, so that parts can't run into each other.
    const bytes = Buffer.from(part);
    hash.update(`${bytes.length}:`);
    hash.update(bytes);
  }
  return hash.digest('base64url');
}

/** As JSON; undefined for what is nested so deeply that it can be read but not written: no sender means that. */
export function writtenOut(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
