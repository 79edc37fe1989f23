/**
 * Google Pub/Sub push: an OIDC token of the service account that the subscription names.
 * https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions
 */
import { fail } from '../../result.ts';
import { bearerToken } from '../bearer.ts';
import { idInBody } from '../body/body-json.ts';
import { textMember } from '../body/json-object.ts';
import { DEFAULT_TOLERANCE_SECONDS, type ToleranceOption } from '../freshness.ts';
import { judgeJws, parseJws } from '../public-keys/jws.ts';
import { judgeClaims } from '../public-keys/jwt-claims.ts';
import { publicKeysOf } from '../public-keys/public-key.ts';
import { idHeader } from '../read-header.ts';
import type { Verifier } from '../scheme.ts';
import { rejected, verified } from '../verdict.ts';
import { NO_SIGNED_BODY } from '../verdict-words.ts';

export interface PubsubOptions extends ToleranceOption {
  readonly audience: string;
  /** The service account. Without it anybody's account could have a token made for our audience. */
  readonly email: string;
}

/** Google's own keys for OIDC tokens. */
export const GOOGLE_JWKS_URL = 'https://www.googleapis.com/oauth2/v3/certs';
const ISSUERS = ['https://accounts.google.com', 'accounts.google.com'];

/** `secrets` are Google's JWKS. */
export const verifyPubsub: Verifier<PubsubOptions> = ({ request, secrets, options, nowSeconds }) => {
  const token = bearerToken(request);
  if (!token.ok) return token;
  const jws = parseJws(token.value);
  if (!jws.ok) return jws;
  const { claims } = jws.value;
  const expected = {
    issuers: ISSUERS,
    audience: options.audience,
    toleranceSeconds: options.toleranceSeconds ?? DEFAULT_TOLERANCE_SECONDS,
  };
  const fault =
    judgeJws(jws.value, secrets.flatMap(publicKeysOf)) ?? judgeClaims(claims, expected, nowSeconds);
  if (fault !== undefined) return fail(fault);
  if ((textMember(claims, 'email') ?? '') !== options.email || claims.email_verified !== true) {
    return rejected('wrong_identity', 'The token is of another service account than the source expects.');
  }
  // The header is there when the subscription delivers payloads unwrapped.
  const deliveryId =
    idInBody(request.body, ['message', 'messageId']) ?? idHeader(request, 'x-goog-pubsub-message-id');
  return verified({
    warning: NO_SIGNED_BODY,
    ...(deliveryId !== undefined && { deliveryId }),
  });
};
