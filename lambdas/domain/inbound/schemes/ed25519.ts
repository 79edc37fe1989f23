/** ed25519 with the public key as a vendor shows it. */
import { isSignedBy } from '../public-keys/check-signature.ts';
import { publicKeysOf } from '../public-keys/public-key.ts';

/**
 * Whether any key in the text (hex, base64, `whpk_…`, PEM, JWK) signed the message. False for a key or a signature that
 * can't be read; never throws.
 */
export function verifyEd25519(publicKeyText: string, message: Uint8Array, signature: Uint8Array): boolean {
  return publicKeysOf(publicKeyText).some(({ key }) => isSignedBy(key, 'EdDSA', message, signature));
}
