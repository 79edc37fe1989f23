/**
 * Discord interactions and webhook events: ed25519 over timestamp and body.
 * https://docs.discord.com/developers/interactions/overview
 */

import { idInBody } from '../body/body-json.ts';
import { decodeHex } from '../encoding.ts';
import { DEFAULT_TOLERANCE_SECONDS, freshTime, type ToleranceOption } from '../freshness.ts';
import { requireHeader } from '../read-header.ts';
import type { Verifier } from '../scheme.ts';
import { rejected, verified } from '../verdict.ts';
import { NO_SECRET, noMatch } from '../verdict-words.ts';
import { anyEd25519, ed25519Keys } from './ed25519.ts';

const SIGNATURE = 'X-Signature-Ed25519';
const TIMESTAMP = 'X-Signature-Timestamp';

/** `secrets` are the application's public key. Discord states no tolerance; it signs when it sends. */
export const verifyDiscord: Verifier<ToleranceOption> = ({ request, secrets, options, nowSeconds }) => {
  const encoded = requireHeader(request, SIGNATURE);
  if (!encoded.ok) return encoded;
  const timestamp = requireHeader(request, TIMESTAMP);
  if (!timestamp.ok) return timestamp;
  const signature = decodeHex(encoded.value);
  if (signature?.length !== 64) return rejected('malformed_header', `${SIGNATURE} is not 64 bytes in hex.`);
  const keys = ed25519Keys(secrets);
  if (keys.length === 0) return NO_SECRET;
  const message = Buffer.concat([Buffer.from(timestamp.value), request.body]);
  if (!anyEd25519(keys, message, [signature])) return noMatch(SIGNATURE);
  const tolerance = options.toleranceSeconds ?? DEFAULT_TOLERANCE_SECONDS;
  const signedAt = freshTime(timestamp.value, 'seconds', tolerance, nowSeconds);
  if (!signedAt.ok) return signedAt;
  const deliveryId = idInBody(request.body, ['id']);
  return verified({ signedAt: signedAt.value, ...(deliveryId !== undefined && { deliveryId }) });
};
