/**
 * Adyen: standard webhooks are signed inside the body, item by item; those of its platforms in a header.
 * https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures
 */
import { adyenItems, deliveryIdOf, signedTexts } from '../adyen-item.ts';
import { decodeBase64, decodeHex } from '../encoding.ts';
import { anyMac, MAC_BYTES } from '../mac.ts';
import { requireHeader } from '../read-header.ts';
import { headerValues, singleHeader } from '../request.ts';
import type { Verifier } from '../scheme.ts';
import { rejected, verified } from '../verdict.ts';
import { NO_SECRET, NO_SIGNED_TIME, noMatch } from '../verdict-words.ts';

const HEADER = 'HmacSignature';
const MAX_ITEMS = 32;

/** Every item has to be signed: one good item must not carry a forged one in. */
export const verifyAdyenStandard: Verifier<object> = ({ request, secrets }) => {
  const keys = secrets.flatMap((secret) => decodeHex(secret) ?? []);
  if (keys.length === 0) return NO_SECRET;
  const items = adyenItems(request.body);
  if (items === undefined || items.length === 0 || items.length > MAX_ITEMS) {
    return rejected('malformed_body', 'The body has no notificationItems with additionalData.hmacSignature.');
  }
  const isSigned = items.every((item) => {
    const signature = decodeBase64(item.signature);
    if (signature?.length !== MAC_BYTES.sha256) return false;
    return signedTexts(item).some((text) => anyMac('sha256', keys, [text], [signature]));
  });
  if (!isSigned) return noMatch('additionalData.hmacSignature');
  const deliveryId = deliveryIdOf(items);
  return verified({
    ...(deliveryId !== undefined && { deliveryId }),
    warning: 'only eight fields of each item are signed, and no time',
  });
};

export const verifyAdyenPlatform: Verifier<object> = ({ request, secrets }) => {
  const keys = secrets.flatMap((secret) => decodeHex(secret) ?? []);
  if (keys.length === 0) return NO_SECRET;
  const value = requireHeader(request, HEADER);
  if (!value.ok) return value;
  const protocol = singleHeader(request, 'Protocol') ?? 'HmacSHA256';
  if (protocol.toLowerCase() !== 'hmacsha256') {
    return rejected('unsupported_algorithm', 'The Protocol header is not HmacSHA256.');
  }
  const signature = decodeBase64(value.value);
  if (signature?.length !== MAC_BYTES.sha256) {
    return rejected('malformed_header', `The ${HEADER} header is not SHA256 in base64.`);
  }
  if (!anyMac('sha256', keys, [request.body], [signature])) return noMatch(HEADER);
  return verified({ warning: NO_SIGNED_TIME });
};

/** One source for both: where the signature is tells which it is, and both need the key. */
export const verifyAdyen: Verifier<object> = (check) =>
  headerValues(check.request, HEADER).length > 0 ? verifyAdyenPlatform(check) : verifyAdyenStandard(check);
