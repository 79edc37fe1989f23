/**
 * SendGrid event webhook: ECDSA P-256 over timestamp and body, whose last CRLF is signed too.
 * https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
 */

import { fail } from '../../result.ts';
import { decodeBase64 } from '../encoding.ts';
import { freshTime, type ToleranceOption } from '../freshness.ts';
import { isSignedBy } from '../public-keys/check-signature.ts';
import { publicKeysOf } from '../public-keys/public-key.ts';
import { requireHeader } from '../read-header.ts';
import type { Verifier } from '../scheme.ts';
import { rejected, verified } from '../verdict.ts';
import { NO_SECRET, noMatch } from '../verdict-words.ts';

const SIGNATURE = 'X-Twilio-Email-Event-Webhook-Signature';
const TIMESTAMP = 'X-Twilio-Email-Event-Webhook-Timestamp';

/**
 * `secrets` are the verification keys SendGrid shows. Time is judged only with a tolerance: SendGrid states none, and
 * does not say whether it signs the retries of its 24 hours anew.
 */
export const verifySendgrid: Verifier<ToleranceOption> = ({ request, secrets, options, nowSeconds }) => {
  const encoded = requireHeader(request, SIGNATURE);
  if (!encoded.ok) return encoded;
  const timestamp = requireHeader(request, TIMESTAMP);
  if (!timestamp.ok) return timestamp;
  const signature = decodeBase64(encoded.value);
  if (signature === undefined) return rejected('malformed_header', `${SIGNATURE} is not base64.`);
  const keys = secrets.flatMap(publicKeysOf);
  if (keys.length === 0) return NO_SECRET;
  const message = Buffer.concat([Buffer.from(timestamp.value), request.body]);
  if (!keys.some(({ key }) => isSignedBy(key, 'ES256', message, signature, 'der'))) {
    return noMatch(SIGNATURE);
  }
  if (options.toleranceSeconds === undefined) return verified();
  const signedAt = freshTime(timestamp.value, 'seconds', options.toleranceSeconds, nowSeconds);
  return signedAt.ok ? verified({ signedAt: signedAt.value }) : fail(signedAt.failure);
};
