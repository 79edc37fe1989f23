/** Compact JSON Web Signatures (RFC 7515) under public keys; symmetric algorithms and `none` do not exist here (RFC 8725). */

import { fail, ok, type Result } from '../../result.ts';
import { type JsonObject, jsonObjectOf, textMember } from '../body/json-object.ts';
import { decodeBase64Url } from '../encoding.ts';
import type { Rejection } from '../verdict.ts';
import { algorithmName, fits, isSignedBy, type SignatureAlgorithm } from './check-signature.ts';
import type { PublicKey } from './public-key.ts';

const LONGEST_TOKEN = 16 * 1024;
const ALGORITHMS: readonly string[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] satisfies SignatureAlgorithm[];

export interface Jws {
  readonly algorithm: SignatureAlgorithm;
  readonly keyId?: string;
  readonly claims: JsonObject;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/** Takes a token apart. Keys and addresses of keys in its header (`jwk`, `jku`, `x5u`, `x5c`) are never looked at. */
export function parseJws(token: string): Result<Jws, Rejection> {
  const parts = token.length <= LONGEST_TOKEN ? token.split('.', 4) : [];
  const [header, payload, signature] = parts.map((part) =>
    part.endsWith('=') ? undefined : decodeBase64Url(part),
  );
  const head = header === undefined ? undefined : jsonObjectOf(header);
  const claims = payload === undefined ? undefined : jsonObjectOf(payload);
  const named = head === undefined ? undefined : textMember(head, 'alg');
  const algorithm = named === undefined ? undefined : algorithmName(named);
  // A token without a signature is read this far, so that `none` is told by its name.
  if (algorithm !== undefined && !isAlgorithm(algorithm)) {
    return fail({
      reason: 'unsupported_algorithm',
      detail: 'The token is not signed with a public-key algorithm.',
    });
  }
  if (parts.length !== 3 || algorithm === undefined || claims === undefined || signature === undefined) {
    return fail({ reason: 'malformed_header', detail: 'The bearer token is not a signed JWT.' });
  }
  if (head === undefined || Object.hasOwn(head, 'crit')) {
    return fail({ reason: 'unsupported_algorithm', detail: 'The token demands an extension (crit).' });
  }
  const keyId = textMember(head, 'kid');
  const signed = Buffer.from(`${parts[0]}.${parts[1]}`);
  return ok({ algorithm, claims, signed, signature, ...(keyId !== undefined && { keyId }) });
}

/** Undefined when one of the keys signed it; otherwise why none did. A key with an id answers only for that id. */
export function judgeJws(jws: Jws, keys: readonly PublicKey[]): Rejection | undefined {
  if (keys.length === 0)
    return { reason: 'no_secret', detail: 'There is no readable public key to check with.' };
  const named = keys.filter(
    ({ keyId }) => jws.keyId === undefined || keyId === undefined || keyId === jws.keyId,
  );
  if (named.length === 0)
    return { reason: 'unknown_key', detail: 'The key that the token names is not known.' };
  const fitting = named.filter(
    ({ key, algorithm }) =>
      (algorithm === undefined || algorithm === jws.algorithm) && fits(key, jws.algorithm),
  );
  if (fitting.length === 0) {
    return { reason: 'unsupported_algorithm', detail: `No key may be used with ${jws.algorithm}.` };
  }
  if (fitting.some(({ key }) => isSignedBy(key, jws.algorithm, jws.signed, jws.signature))) return undefined;
  return { reason: 'signature_mismatch', detail: 'The token was not signed with a key of its issuer.' };
}

function isAlgorithm(text: string): text is SignatureAlgorithm {
  return ALGORITHMS.includes(text);
}
