/** Linear: the body is signed, and the time is inside it. https://linear.app/developers/webhooks */
import { bodyJson, memberAt } from '../body/body-json.ts';
import { decodeHex } from '../encoding.ts';
import { freshTime, type ToleranceOption } from '../freshness.ts';
import { anyMac, MAC_BYTES, textKeys } from '../mac.ts';
import { idHeader, requireHeader } from '../read-header.ts';
import type { Verifier } from '../scheme.ts';
import { rejected, verified } from '../verdict.ts';
import { NO_SECRET, noMatch } from '../verdict-words.ts';

/** As in Linear's own library. */
const LINEAR_TOLERANCE_SECONDS = 60;

export const verifyLinear: Verifier<ToleranceOption> = ({ request, secrets, options, nowSeconds }) => {
  const keys = textKeys(secrets);
  if (keys.length === 0) return NO_SECRET;
  const value = requireHeader(request, 'Linear-Signature');
  if (!value.ok) return value;
  const signature = decodeHex(value.value);
  if (signature?.length !== MAC_BYTES.sha256) {
    return rejected('malformed_header', 'The Linear-Signature header is not SHA256 in hex.');
  }
  if (!anyMac('sha256', keys, [request.body], [signature])) return noMatch('Linear-Signature');
  const time = memberAt(bodyJson(request.body), ['webhookTimestamp']);
  if (typeof time !== 'number') {
    return rejected('bad_timestamp', 'The body has no webhookTimestamp in milliseconds.');
  }
  const tolerance = options.toleranceSeconds ?? LINEAR_TOLERANCE_SECONDS;
  const signedAt = freshTime(String(time), 'milliseconds', tolerance, nowSeconds);
  if (!signedAt.ok) return signedAt;
  const deliveryId = idHeader(request, 'Linear-Delivery');
  return verified({ signedAt: signedAt.value, ...(deliveryId !== undefined && { deliveryId }) });
};
