/** ed25519 with public keys as vendors show them. */
import type { KeyObject } from 'node:crypto';
import { fits, isSignedBy } from '../public-keys/check-signature.ts';
import { publicKeysOf } from '../public-keys/public-key.ts';

/** The ed25519 keys in texts (hex, base64, `whpk_…`, PEM, JWK); whatever else they are is skipped. */
export function ed25519Keys(texts: readonly string[]): readonly KeyObject[] {
  return texts
    .flatMap(publicKeysOf)
    .map(({ key }) => key)
    .filter((key) => fits(key, 'EdDSA'));
}

/** Whether any key made any of the signatures. Never throws. */
export function anyEd25519(
  keys: readonly KeyObject[],
  message: Uint8Array,
  signatures: readonly Uint8Array[],
): boolean {
  return signatures.some((signature) => keys.some((key) => isSignedBy(key, 'EdDSA', message, signature)));
}
