import '@shopify/shopify-api/adapters/node';
import { createHmac } from 'node:crypto';
import { LinearWebhookClient } from '@linear/sdk/webhooks';
import { sign, verify } from '@octokit/webhooks-methods';
import { ApiVersion, shopifyApi } from '@shopify/shopify-api';
import { describe } from 'vitest';
import fc from '../../../properties.ts';
import {
  bodyText,
  call,
  headerOf,
  itAgrees,
  itIsStricter,
  itTakesMore,
  NOW_SECONDS,
  TEXTS,
  type Vendor,
} from './agreement.ts';

const TEXT_SECRETS = { secret: 'It’s a Secret to Everybody', otherSecret: 'another' };
const hex = (secret: string, body: string | Uint8Array) =>
  createHmac('sha256', secret).update(body).digest('hex');

const github: Vendor = {
  ...TEXT_SECRETS,
  preset: { preset: 'github' },
  header: 'X-Hub-Signature-256',
  sign: async (body, secret) => call({ 'X-Hub-Signature-256': await sign(secret, body) }, body),
  verify: (request, secret) => verify(secret, bodyText(request), headerOf(request, 'X-Hub-Signature-256')),
};

describe('GitHub', () => {
  itAgrees(github);

  itTakesMore('hexadecimal digits have no case', github, () =>
    call({ 'X-Hub-Signature-256': `sha256=${hex(github.secret, '{}').toUpperCase()}` }, '{}'),
  );
  itTakesMore('the bytes were signed, and are no UTF-8', github, () => {
    const bytes = Buffer.from([0x7b, 0xff, 0x7d]);
    return call({ 'X-Hub-Signature-256': `sha256=${hex(github.secret, bytes)}` }, bytes);
  });
  itIsStricter('bytes that are no UTF-8 were put for a replacement character', github, () =>
    call({ 'X-Hub-Signature-256': `sha256=${hex(github.secret, '\ufffd')}` }, Buffer.from([0xff])),
  );
});

const linear: Vendor = {
  ...TEXT_SECRETS,
  preset: { preset: 'linear' },
  header: 'Linear-Signature',
  toleranceSeconds: 60,
  sign: (data, secret, at) => {
    const body = JSON.stringify({ action: 'create', data, webhookTimestamp: at * 1000 });
    return call({ 'Linear-Signature': hex(secret, body) }, body);
  },
  verify: (request, secret) =>
    new LinearWebhookClient(secret).verify(Buffer.from(request.body), headerOf(request, 'Linear-Signature')),
};
const linearCall = (body: string) => call({ 'Linear-Signature': hex(linear.secret, body) }, body);

describe('Linear', () => {
  itAgrees(linear);

  itIsStricter('a time is whole milliseconds', linear, () =>
    linearCall(`{"webhookTimestamp":${NOW_SECONDS * 1000}.5}`),
  );
});

const shopify = shopifyApi({
  apiKey: 'key',
  apiSecretKey: TEXT_SECRETS.secret,
  apiVersion: ApiVersion.January26,
  isEmbeddedApp: false,
  hostName: 'in.example.com',
  logger: { log: () => {} },
});
const about = (prefix: string) => ({
  [`${prefix}Topic`]: 'orders/create',
  [`${prefix}Shop-Domain`]: 'shop.myshopify.com',
  [`${prefix}API-Version`]: '2026-01',
  [`${prefix}Webhook-Id`]: 'b54557e4',
});

/** Webhooks have headers `X-Shopify-…`, and what Shopify calls events the same without `X-`. */
function shopifyVendor(prefix: 'X-Shopify-' | 'Shopify-'): Vendor {
  const header = `${prefix}Hmac-Sha256`;
  return {
    ...TEXT_SECRETS,
    preset: { preset: 'shopify' },
    header,
    bodies: fc.oneof(TEXTS, fc.json()),
    sign: (body, secret) => {
      const signature = createHmac('sha256', secret).update(body).digest('base64');
      return call({ ...about(prefix), [header]: signature }, body);
    },
    verify: async (request) => {
      const { valid } = await shopify.webhooks.validate({
        rawBody: bodyText(request),
        rawRequest: { method: 'POST', url: '/', headers: request.headers },
        rawResponse: {},
      });
      return valid;
    },
  };
}

describe('Shopify', () => {
  itAgrees(shopifyVendor('X-Shopify-'));
});

describe('Shopify events', () => {
  itAgrees(shopifyVendor('Shopify-'));
});
