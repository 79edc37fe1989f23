/**
 * Mailgun signs a time and a random token, both inside the body, and nothing of the message.
 * https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks
 */
import { bodyJson, memberAt } from '../body/body-json.ts';
import { parseForm } from '../body/form.ts';
import { multipartFields } from '../body/multipart.ts';
import { decodeHex } from '../encoding.ts';
import { DEFAULT_TOLERANCE_SECONDS, freshTime, type ToleranceOption } from '../freshness.ts';
import { anyMac, MAC_BYTES, textKeys } from '../mac.ts';
import { usableId } from '../read-header.ts';
import { type InboundRequest, singleHeader } from '../request.ts';
import type { Verifier } from '../scheme.ts';
import { rejected, verified } from '../verdict.ts';
import { NO_SECRET, NO_SIGNED_BODY, noMatch } from '../verdict-words.ts';

interface Signature {
  readonly timestamp: string;
  readonly token: string;
  readonly signature: string;
}

export const verifyMailgun: Verifier<ToleranceOption> = ({ request, secrets, options, nowSeconds }) => {
  const keys = textKeys(secrets);
  if (keys.length === 0) return NO_SECRET;
  const found = signatureIn(request);
  const signature = decodeHex(found?.signature ?? '');
  const token = usableId(found?.token);
  if (found === undefined || token === undefined || signature?.length !== MAC_BYTES.sha256) {
    return rejected('malformed_body', 'The body has no signature with timestamp, token and signature.');
  }
  const tolerance = options.toleranceSeconds ?? DEFAULT_TOLERANCE_SECONDS;
  const signedAt = freshTime(found.timestamp, 'seconds', tolerance, nowSeconds);
  if (!signedAt.ok) return signedAt;
  if (!anyMac('sha256', keys, [found.timestamp, token], [signature])) return noMatch('the body');
  return verified({ signedAt: signedAt.value, deliveryId: token, warning: NO_SIGNED_BODY });
};

/** Webhooks are JSON with a `signature` object; forwarded mail and older webhooks are forms with the same names. */
function signatureIn(request: InboundRequest): Signature | undefined {
  const json = memberAt(bodyJson(request.body), ['signature']);
  const contentType = singleHeader(request, 'Content-Type') ?? '';
  const form =
    json === undefined ? (multipartFields(request.body, contentType) ?? parseForm(request.body)) : undefined;
  const field = (name: string) => {
    const value = form === undefined ? memberAt(json, [name]) : onlyValue(form, name);
    return typeof value === 'number' ? String(value) : value;
  };
  const [timestamp, token, signature] = [field('timestamp'), field('token'), field('signature')];
  return typeof timestamp === 'string' && typeof token === 'string' && typeof signature === 'string'
    ? { timestamp, token, signature }
    : undefined;
}

function onlyValue(form: readonly (readonly [string, string])[], name: string): string | undefined {
  const values = form.filter(([key]) => key === name);
  return values.length === 1 ? values[0]![1] : undefined;
}
