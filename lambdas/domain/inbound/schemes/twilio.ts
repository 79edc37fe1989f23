/**
 * Twilio: the URL and the form's fields, or the URL with a hash of the body in it. SHA-1, and no time.
 * https://www.twilio.com/docs/usage/security#validating-requests
 */
import { createHash } from 'node:crypto';
import { parseForm } from '../body/form.ts';
import { decodeBase64, decodeHex } from '../encoding.ts';
import { anyMac, MAC_BYTES, sameBytes, textKeys } from '../mac.ts';
import { idHeader, requireHeader } from '../read-header.ts';
import type { Verifier } from '../scheme.ts';
import { twilioUrls } from '../twilio-url.ts';
import { rejected, verified } from '../verdict.ts';
import { NO_SECRET, NO_SIGNED_TIME, noMatch } from '../verdict-words.ts';

const HEADER = 'X-Twilio-Signature';

/** `secrets` are auth tokens. */
export const verifyTwilio: Verifier<object> = ({ request, secrets }) => {
  const keys = textKeys(secrets);
  if (keys.length === 0) return NO_SECRET;
  const value = requireHeader(request, HEADER);
  if (!value.ok) return value;
  const signature = decodeBase64(value.value);
  if (signature?.length !== MAC_BYTES.sha1) {
    return rejected('malformed_header', `The ${HEADER} header is not SHA1 in base64.`);
  }
  const { urls, bodySha256 } = twilioUrls(request.url);
  const fields = bodySha256 === undefined ? signedFields(request.body) : '';
  if (fields === undefined) {
    return rejected('malformed_body', 'The body is no form, and the URL has no bodySHA256 for it.');
  }
  if (!urls.some((url) => anyMac('sha1', keys, [url, fields], [signature]))) return noMatch(HEADER);
  if (bodySha256 !== undefined && !isHashOf(bodySha256, request.body)) {
    return rejected('digest_mismatch', 'The body is not the one whose bodySHA256 was signed with the URL.');
  }
  const deliveryId = idHeader(request, 'I-Twilio-Idempotency-Token');
  return verified({ ...(deliveryId !== undefined && { deliveryId }), warning: NO_SIGNED_TIME });
};

/** Names sorted, each with its value; a name given several times with its different values, sorted. */
function signedFields(body: Uint8Array): string | undefined {
  const form = parseForm(body);
  if (form === undefined) return undefined;
  const fields = new Map<string, Set<string>>();
  for (const [name, value] of form) fields.set(name, (fields.get(name) ?? new Set()).add(value));
  return [...fields.keys()]
    .sort()
    .map((name) =>
      [...fields.get(name)!]
        .sort()
        .map((value) => name + value)
        .join(''),
    )
    .join('');
}

function isHashOf(hex: string, body: Uint8Array): boolean {
  return sameBytes(decodeHex(hex) ?? new Uint8Array(), createHash('sha256').update(body).digest());
}
