/** One public-key signature under one key. OpenSSL throws where a signature or a key makes no sense; here that is `false`. */
import { constants, type KeyObject, verify } from 'node:crypto';

/** Named as JOSE does (RFC 7518, RFC 8037); `rsa-pss-sha512` and the like of RFC 9421 are the same things. */
export type SignatureAlgorithm =
  | 'RS1'
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA';

/** The name we know an algorithm by. RFC 9864 calls EdDSA with a key of ed25519 `Ed25519`, and WebCrypto writes it so. */
export function algorithmName(text: string): string {
  return text === 'Ed25519' ? 'EdDSA' : text;
}

interface Recipe {
  readonly hash: string | null;
  readonly keyTypes: readonly string[];
  readonly curve?: string;
  readonly pss?: true;
}

const PKCS1 = { keyTypes: ['rsa'] };
const PSS = { keyTypes: ['rsa', 'rsa-pss'], pss: true } as const;

const RECIPES: Record<SignatureAlgorithm, Recipe> = {
  RS1: { hash: 'sha1', ...PKCS1 },
  RS256: { hash: 'sha256', ...PKCS1 },
  RS384: { hash: 'sha384', ...PKCS1 },
  RS512: { hash: 'sha512', ...PKCS1 },
  PS256: { hash: 'sha256', ...PSS },
  PS384: { hash: 'sha384', ...PSS },
  PS512: { hash: 'sha512', ...PSS },
  ES256: { hash: 'sha256', keyTypes: ['ec'], curve: 'prime256v1' },
  ES384: { hash: 'sha384', keyTypes: ['ec'], curve: 'secp384r1' },
  ES512: { hash: 'sha512', keyTypes: ['ec'], curve: 'secp521r1' },
  EdDSA: { hash: null, keyTypes: ['ed25519'] },
};

/** Whether a key is of the type, and on the curve, that an algorithm needs. */
export function fits(key: KeyObject, algorithm: SignatureAlgorithm): boolean {
  const { keyTypes, curve } = RECIPES[algorithm];
  if (!keyTypes.includes(key.asymmetricKeyType ?? '')) return false;
  return curve === undefined || key.asymmetricKeyDetails?.namedCurve === curve;
}

/** How two numbers of an ECDSA signature are written down: side by side (JOSE, RFC 9421) or as DER (X.509, SendGrid). */
export type EcdsaEncoding = 'ieee-p1363' | 'der';

/** Whether a key signed a message with exactly this algorithm. Never throws. */
export function isSignedBy(
  key: KeyObject,
  algorithm: SignatureAlgorithm,
  message: Uint8Array,
  signature: Uint8Array,
  dsaEncoding: EcdsaEncoding = 'ieee-p1363',
): boolean {
  if (!fits(key, algorithm)) return false;
  const { hash, pss } = RECIPES[algorithm];
  // Salts of the hash's length are the rule; some libraries use the longest there is, which is no weaker.
  const padding = pss
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
    : {};
  try {
    return verify(hash, message, { key, dsaEncoding, ...padding }, signature);
  } catch {
    return false;
  }
}
