/**
 * GitLab: the secret token in a header, or, with a signing token, Standard Webhooks.
 * https://docs.gitlab.com/user/project/integrations/webhooks/
 */
import type { ToleranceOption } from '../freshness.ts';
import { idHeader, requireHeader } from '../read-header.ts';
import { headerValues } from '../request.ts';
import type { Verifier } from '../scheme.ts';
import { secretMatches } from '../secret-compare.ts';
import { rejected, verified } from '../verdict.ts';
import { NO_SECRET, NO_SIGNED_BODY } from '../verdict-words.ts';
import { verifyStandardWebhooks } from './standard-webhooks.ts';

const SIGNING_TOKEN_PREFIX = 'whsec_';

/**
 * Secrets that begin with `whsec_` are signing tokens, all others secret tokens. A signing token is never compared with
 * the header, so a source that has nothing else can't be talked down to the weaker way.
 */
export const verifyGitlab: Verifier<ToleranceOption> = (check) => {
  const { request, secrets } = check;
  const signing = secrets.filter((secret) => secret.startsWith(SIGNING_TOKEN_PREFIX));
  const tokens = secrets.filter((secret) => secret !== '' && !secret.startsWith(SIGNING_TOKEN_PREFIX));
  const isSigned = headerValues(request, 'webhook-signature').length > 0;
  if (signing.length > 0 && (isSigned || tokens.length === 0)) {
    return verifyStandardWebhooks({ ...check, secrets: signing });
  }
  if (tokens.length === 0) return NO_SECRET;
  const token = requireHeader(request, 'X-Gitlab-Token');
  if (!token.ok) return token;
  if (!secretMatches(token.value, tokens)) {
    return rejected('wrong_credentials', 'X-Gitlab-Token is none of the source’s secret tokens.');
  }
  const deliveryId = idHeader(request, 'Idempotency-Key') ?? idHeader(request, 'X-Gitlab-Event-UUID');
  return verified({ ...(deliveryId !== undefined && { deliveryId }), warning: NO_SIGNED_BODY });
};
