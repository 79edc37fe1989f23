/** Vendors that sign the body, or the URL with it, and no time: one signature in a header, the secret's text as the key. */

import { idInBody } from '../body/body-json.ts';
import { decode, type Encoding } from '../encoding.ts';
import { anyMac, type Hash, MAC_BYTES, type Signed, textKeys } from '../mac.ts';
import { idHeader, requireHeader } from '../read-header.ts';
import { headerValues, type InboundRequest } from '../request.ts';
import type { Verifier } from '../scheme.ts';
import { rejected, verified } from '../verdict.ts';
import { NO_SECRET, NO_SIGNED_TIME, noMatch } from '../verdict-words.ts';

interface BodySignature {
  readonly header: string;
  readonly prefix: string;
  readonly hash: Hash;
  readonly encoding: Encoding;
  /** The body alone where it is not said. */
  readonly signed?: (request: InboundRequest) => Signed;
  readonly id?: (request: InboundRequest) => string | undefined;
}

function bodySignature(scheme: BodySignature): Verifier<object> {
  const { header, prefix, hash, encoding, signed = bodyOnly } = scheme;
  return ({ request, secrets }) => {
    const keys = textKeys(secrets);
    if (keys.length === 0) return NO_SECRET;
    const value = requireHeader(request, header);
    if (!value.ok) return value;
    const signature = value.value.startsWith(prefix)
      ? decode(value.value.slice(prefix.length), encoding)
      : undefined;
    if (signature?.length !== MAC_BYTES[hash]) {
      return rejected(
        'malformed_header',
        `The ${header} header is not ${prefix}${hash.toUpperCase()} in ${encoding}.`,
      );
    }
    if (!anyMac(hash, keys, signed(request), [signature])) return noMatch(header);
    const deliveryId = scheme.id?.(request);
    return verified({ ...(deliveryId !== undefined && { deliveryId }), warning: NO_SIGNED_TIME });
  };
}

function bodyOnly(request: InboundRequest): Signed {
  return [request.body];
}

/** https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries; the SHA-1 header is not believed. */
export const verifyGithub = bodySignature({
  header: 'X-Hub-Signature-256',
  prefix: 'sha256=',
  hash: 'sha256',
  encoding: 'hex',
  id: (request) => idHeader(request, 'X-GitHub-Delivery'),
});

/** https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/; attempts of one call share the request's UUID. */
export const verifyBitbucket = bodySignature({
  header: 'X-Hub-Signature',
  prefix: 'sha256=',
  hash: 'sha256',
  encoding: 'hex',
  id: (request) => idHeader(request, 'X-Request-UUID'),
});

const SHOPIFY = { prefix: '', hash: 'sha256', encoding: 'base64' } as const;

const verifyShopifyWebhook = bodySignature({
  ...SHOPIFY,
  header: 'X-Shopify-Hmac-Sha256',
  id: (request) => idHeader(request, 'X-Shopify-Webhook-Id'),
});

const verifyShopifyEvent = bodySignature({
  ...SHOPIFY,
  header: 'Shopify-Hmac-Sha256',
  id: (request) => idHeader(request, 'Shopify-Webhook-Id'),
});

/**
 * https://shopify.dev/docs/apps/build/webhooks/verify-deliveries; what Shopify calls events has the same headers without
 * `X-`. Either needs the secret, so it does not matter that the sender chooses.
 */
export const verifyShopify: Verifier<object> = (check) => {
  const has = (header: string) => headerValues(check.request, header).length > 0;
  const isEvent = has('Shopify-Hmac-Sha256') && !has('X-Shopify-Hmac-Sha256');
  return isEvent ? verifyShopifyEvent(check) : verifyShopifyWebhook(check);
};

/** https://developers.notion.com/reference/webhooks; the secret is the verification token of the handshake. */
export const verifyNotion = bodySignature({
  header: 'X-Notion-Signature',
  prefix: 'sha256=',
  hash: 'sha256',
  encoding: 'hex',
  id: (request) => idInBody(request.body, ['id']),
});

/** https://razorpay.com/docs/webhooks/validate-test/ */
export const verifyRazorpay = bodySignature({
  header: 'X-Razorpay-Signature',
  prefix: '',
  hash: 'sha256',
  encoding: 'hex',
  id: (request) => idHeader(request, 'x-razorpay-event-id'),
});

/** https://developers.intercom.com/docs/references/webhooks/webhook-models: SHA-1, there is nothing better to ask for. */
export const verifyIntercom = bodySignature({
  header: 'X-Hub-Signature',
  prefix: 'sha1=',
  hash: 'sha1',
  encoding: 'hex',
  id: (request) => idInBody(request.body, ['id']),
});

/** Facebook, WhatsApp, Instagram: https://developers.facebook.com/docs/graph-api/webhooks/getting-started */
export const verifyMeta = bodySignature({
  header: 'X-Hub-Signature-256',
  prefix: 'sha256=',
  hash: 'sha256',
  encoding: 'hex',
});

/** What we sign for anybody who asks, with X's secret (`answers/unsigned-challenges.ts`). */
export const X_TOKEN = /^[A-Za-z0-9_+/=-]{1,200}$/;

const verifyXCall = bodySignature({
  header: 'x-twitter-webhooks-signature',
  prefix: 'sha256=',
  hash: 'sha256',
  encoding: 'base64',
});

/** X, formerly Twitter: the consumer secret signs, in base64 unlike the others. Its bodies are JSON objects. */
export const verifyX: Verifier<object> = (check) =>
  X_TOKEN.test(Buffer.from(check.request.body).toString('latin1'))
    ? rejected('malformed_body', 'The body could be a token of a challenge, which is signed for everybody.')
    : verifyXCall(check);

/** https://developer.squareup.com/docs/webhooks/step3validate: the URL as it was registered is signed. */
export const verifySquare = bodySignature({
  header: 'x-square-hmacsha256-signature',
  prefix: '',
  hash: 'sha256',
  encoding: 'base64',
  signed: (request) => [request.url, request.body],
  id: (request) => idInBody(request.body, ['event_id']),
});
