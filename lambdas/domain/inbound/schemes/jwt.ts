/** Any sender with a JWT as bearer token, checked by public keys. */
import { fail } from '../../result.ts';
import { bearerToken } from '../bearer.ts';
import { DEFAULT_TOLERANCE_SECONDS, type ToleranceOption } from '../freshness.ts';
import { judgeJws, parseJws } from '../public-keys/jws.ts';
import { judgeClaims } from '../public-keys/jwt-claims.ts';
import { publicKeysOf } from '../public-keys/public-key.ts';
import type { Verifier } from '../scheme.ts';
import { verified } from '../verdict.ts';
import { NO_SIGNED_BODY } from '../verdict-words.ts';

export interface JwtOptions extends ToleranceOption {
  readonly issuer: string;
  readonly audience: string;
  /** Where the issuer publishes its keys; what is fetched there is given as one more secret. */
  readonly jwksUrl?: string;
}

/** `secrets` are JWKS, JWK or PEM texts. */
export const verifyJwt: Verifier<JwtOptions> = ({ request, secrets, options, nowSeconds }) => {
  const token = bearerToken(request);
  if (!token.ok) return token;
  const jws = parseJws(token.value);
  if (!jws.ok) return jws;
  const expected = {
    issuers: [options.issuer],
    audience: options.audience,
    toleranceSeconds: options.toleranceSeconds ?? DEFAULT_TOLERANCE_SECONDS,
  };
  const fault =
    judgeJws(jws.value, secrets.flatMap(publicKeysOf)) ?? judgeClaims(jws.value.claims, expected, nowSeconds);
  return fault === undefined ? verified({ warning: NO_SIGNED_BODY }) : fail(fault);
};
