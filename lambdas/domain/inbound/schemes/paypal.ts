/**
 * PayPal: RSA over ids, time and a CRC-32 of the body, by the certificate at a URL in the headers.
 * https://developer.paypal.com/api/rest/webhooks/rest/
 */

import { fail } from '../../result.ts';
import { crc32 } from '../crc32.ts';
import { decodeBase64 } from '../encoding.ts';
import { freshTime, parseTime, type ToleranceOption } from '../freshness.ts';
import { isCurrent } from '../public-keys/certificate.ts';
import { isSignedBy } from '../public-keys/check-signature.ts';
import { pinnedFileUrl } from '../public-keys/pinned-url.ts';
import { publicKeysOf } from '../public-keys/public-key.ts';
import { requireHeader, usableId } from '../read-header.ts';
import { type InboundRequest, singleHeader } from '../request.ts';
import type { Verifier } from '../scheme.ts';
import { rejected, verified } from '../verdict.ts';
import { NO_SECRET } from '../verdict-words.ts';

/** Time is judged only with a tolerance: PayPal retries for three days and does not say whether it signs anew. */
export interface PaypalOptions extends ToleranceOption {
  /** The id of the webhook at PayPal; it is signed, so a message to another account's webhook is not believed. */
  readonly webhookId: string;
}

const WARNING = 'only a CRC-32 of the body is signed, which others can match';
const HOST = /^api\.(sandbox\.)?paypal\.com$/;
const PATH = /^\/v1\/notifications\/certs\/[A-Za-z0-9_-]+$/;

/** Where the certificate may be fetched from; undefined when the request points anywhere else. */
export function paypalCertificateUrl(request: InboundRequest): string | undefined {
  return pinnedFileUrl(singleHeader(request, 'PayPal-Cert-Url') ?? '', HOST, PATH);
}

/** `secrets` are the certificate at that URL as PEM. */
export const verifyPaypal: Verifier<PaypalOptions> = ({ request, secrets, options, nowSeconds }) => {
  const id = requireHeader(request, 'PayPal-Transmission-Id');
  if (!id.ok) return id;
  const time = requireHeader(request, 'PayPal-Transmission-Time');
  if (!time.ok) return time;
  const encoded = requireHeader(request, 'PayPal-Transmission-Sig');
  if (!encoded.ok) return encoded;
  const signature = decodeBase64(encoded.value);
  if (signature === undefined || id.value.includes('|')) {
    return rejected('malformed_header', 'PayPal-Transmission-Sig or -Id is malformed.');
  }
  if (parseTime(time.value, 'rfc3339') === undefined) {
    return rejected('bad_timestamp', 'PayPal-Transmission-Time is not an RFC 3339 time.');
  }
  if (singleHeader(request, 'PayPal-Auth-Algo')?.toLowerCase() !== 'sha256withrsa') {
    return rejected('unsupported_algorithm', 'PayPal-Auth-Algo is not SHA256withRSA.');
  }
  if (paypalCertificateUrl(request) === undefined) {
    return rejected('untrusted_key_url', 'PayPal-Cert-Url is not a certificate at api.paypal.com.');
  }
  const keys = secrets.flatMap(publicKeysOf);
  if (keys.length === 0) return NO_SECRET;
  const current = keys.filter((key) => isCurrent(key, nowSeconds));
  if (current.length === 0) return rejected('expired', 'The certificate is not valid at this time.');
  const signed = Buffer.from(`${id.value}|${time.value}|${options.webhookId}|${crc32(request.body)}`);
  if (!current.some(({ key }) => isSignedBy(key, 'RS256', signed, signature))) {
    return rejected(
      'signature_mismatch',
      'PayPal-Transmission-Sig was not made for this body and webhook id.',
    );
  }
  // The signed id, and not the event's: whoever holds one signed call can make other bodies of the same CRC.
  const deliveryId = usableId(id.value);
  const about = { ...(deliveryId !== undefined && { deliveryId }), warning: WARNING };
  if (options.toleranceSeconds === undefined) return verified(about);
  const signedAt = freshTime(time.value, 'rfc3339', options.toleranceSeconds, nowSeconds);
  return signedAt.ok ? verified({ ...about, signedAt: signedAt.value }) : fail(signedAt.failure);
};
