/** Public keys as people and vendors write them. */
import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { isObject, type JsonObject, textMember } from '../body/json-object.ts';
import { decodeBase64Secret, decodeHex } from '../encoding.ts';
import { algorithmName } from './check-signature.ts';

export interface PublicKey {
  readonly key: KeyObject;
  /** `kid` of a JWK. */
  readonly keyId?: string;
  /** `alg` of a JWK: the only algorithm this key may be used with. */
  readonly algorithm?: string;
  /** The certificate the key came in, for its dates. */
  readonly certificate?: X509Certificate;
}

/** A key set of a large provider has some ten; more is somebody keeping us busy. */
const MOST_KEYS = 32;
const LONGEST_TEXT = 256 * 1024;
/** Below it RSA is broken, above it one check takes long enough to be an attack. */
const RSA_BITS = { least: 2048, most: 8192 };
/** With its line ends as they should be, lost, or escaped: keys come out of forms, JSON files and environments. */
const PEM = /-----BEGIN ([A-Z0-9 ]{1,40})-----((?:[A-Za-z0-9+/=\s]|\\[rn])*)-----END \1-----/g;
/** SubjectPublicKeyInfo of ed25519 up to the 32 bytes of the key (RFC 8410 section 4). */
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');
/** The same of P-256, up to the 65 bytes of an uncompressed point (RFC 5480). */
const P256_SPKI = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');

/**
 * Every public key in a text: PEM (public keys and certificates, one after another), a JWK or JWKS, and as hex or base64
 * SPKI, an ed25519 key or a point of P-256; ed25519 as `whpk_`, too. None when it is something else, a private or a symmetric key above all.
 */
export function publicKeysOf(text: string): readonly PublicKey[] {
  const trimmed = text.trim();
  if (trimmed.length > LONGEST_TEXT) return [];
  if (trimmed.startsWith('{')) return keysOfJson(trimmed);
  if (trimmed.includes('-----BEGIN')) return keysOfPem(trimmed);
  const key = bareKey(trimmed);
  return key === undefined ? [] : [{ key }];
}

/** Texts that say of themselves that they are keys, readable or not. */
export function isKeyDocument(text: string): boolean {
  if (/^\s*(\{|whpk_)|-----BEGIN/.test(text)) return true;
  const bytes = bareBytes(text.trim());
  return bytes !== undefined && isDer(bytes);
}

/** Whether a text may be meant as a public key: such a text must not be taken for a shared secret. */
export function looksLikePublicKey(text: string): boolean {
  return isKeyDocument(text) || publicKeysOf(text).length > 0;
}

function keysOfPem(text: string): PublicKey[] {
  return [...text.matchAll(PEM)].slice(0, MOST_KEYS).flatMap(([, label, content = '']) => {
    const der = decodeBase64Secret(content.replace(/\s|\\[rn]/g, ''));
    if (der === undefined) return [];
    if (label === 'CERTIFICATE') {
      const certificate = attempt(() => new X509Certificate(der));
      return certificate === undefined
        ? []
        : usable(() => certificate.publicKey).map((key) => ({ key, certificate }));
    }
    if (label !== 'PUBLIC KEY' && label !== 'RSA PUBLIC KEY') return [];
    const type = label === 'PUBLIC KEY' ? 'spki' : 'pkcs1';
    return usable(() => createPublicKey({ key: der, format: 'der', type })).map((key) => ({ key }));
  });
}

function keysOfJson(text: string): PublicKey[] {
  const value = attempt(() => JSON.parse(text) as unknown);
  if (!isObject(value)) return [];
  const listed = Object.hasOwn(value, 'keys') ? value.keys : [value];
  if (!Array.isArray(listed)) return [];
  return listed.slice(0, MOST_KEYS).flatMap((jwk: unknown) => (isObject(jwk) ? keyOfJwk(jwk) : []));
}

function keyOfJwk(jwk: JsonObject): PublicKey[] {
  const { use, key_ops: operations } = jwk;
  if (use !== undefined && use !== 'sig') return [];
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) return [];
  if (Object.hasOwn(jwk, 'd') || !['RSA', 'EC', 'OKP'].includes(String(jwk.kty))) return [];
  const keyId = textMember(jwk, 'kid');
  const algorithm = textMember(jwk, 'alg');
  return usable(() => createPublicKey({ key: { ...jwk }, format: 'jwk' })).map((key) => ({
    key,
    ...(keyId !== undefined && { keyId }),
    ...(algorithm !== undefined && { algorithm: algorithmName(algorithm) }),
  }));
}

/** A key without any envelope: 32 bytes are ed25519, 65 a point of P-256, and more are SubjectPublicKeyInfo. */
function bareKey(text: string): KeyObject | undefined {
  const bytes = bareBytes(text);
  if (bytes === undefined || bytes.length < 32) return undefined;
  return usable(() => createPublicKey({ key: enveloped(bytes), format: 'der', type: 'spki' }))[0];
}

function bareBytes(text: string): Buffer | undefined {
  const base64 = text.startsWith('whpk_') ? text.slice('whpk_'.length) : text.replace(/\s/g, '');
  // What is hex throughout is base64 by accident.
  return decodeHex(text) ?? decodeBase64Secret(base64);
}

/**
 * Keys and certificates in DER, of kinds we can't use too: a sequence as long as the text, of a sequence or a number
 * first. One random secret in ten millions looks like that.
 */
function isDer(bytes: Buffer): boolean {
  const [sequence, short = 0] = bytes;
  const lengthBytes = short < 0x80 ? 0 : short - 0x80;
  if (sequence !== 0x30 || lengthBytes > 3 || bytes.length < 3 + lengthBytes) return false;
  const length = lengthBytes === 0 ? short : bytes.readUIntBE(2, lengthBytes);
  const first = 2 + lengthBytes;
  return first + length === bytes.length && (bytes[first] === 0x30 || bytes[first] === 0x02);
}

function enveloped(bytes: Buffer): Buffer {
  if (bytes.length === 32) return Buffer.concat([ED25519_SPKI, bytes]);
  return bytes.length === 65 && bytes[0] === 4 ? Buffer.concat([P256_SPKI, bytes]) : bytes;
}

function usable(make: () => KeyObject): KeyObject[] {
  const key = attempt(make);
  if (key === undefined || key.type !== 'public') return [];
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && (bits < RSA_BITS.least || bits > RSA_BITS.most)) return [];
  return [key];
}

/** OpenSSL throws on what it can't read; to us that is no key. */
function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
