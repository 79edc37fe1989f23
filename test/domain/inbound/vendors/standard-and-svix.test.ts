import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix/dist/webhook.js';
import { describe } from 'vitest';
import {
  bodyText,
  call,
  headerOf,
  itAgrees,
  itIsStricter,
  itTakesMore,
  JSON_TEXTS,
  NOW_SECONDS,
  type Vendor,
} from './agreement.ts';

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const OTHER = `whsec_${Buffer.alloc(24, 8).toString('base64')}`;
const ID = 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W';

function headers(prefix: string, signature: string, at: number, id = ID) {
  return { [`${prefix}-id`]: id, [`${prefix}-timestamp`]: String(at), [`${prefix}-signature`]: signature };
}

const given = (prefix: string, request: Parameters<Vendor['verify']>[0]) =>
  Object.fromEntries(
    ['id', 'timestamp', 'signature'].map((name) => [
      `${prefix}-${name}`,
      headerOf(request, `${prefix}-${name}`),
    ]),
  );

const standard: Vendor = {
  preset: { preset: 'standard-webhooks' },
  header: 'webhook-signature',
  secret: SECRET,
  otherSecret: OTHER,
  toleranceSeconds: 300,
  sign: (body, secret, at) =>
    call(headers('webhook', new Webhook(secret).sign(ID, new Date(at * 1000), body), at), body),
  verify: (request, secret) => {
    new Webhook(secret).verify(bodyText(request), given('webhook', request), { jsonParse: false });
  },
};

const svix: Vendor = {
  ...standard,
  preset: { preset: 'svix' },
  header: 'svix-signature',
  // Its library parses what it verified, and refuses what is no JSON.
  bodies: JSON_TEXTS,
  sign: (body, secret, at) =>
    call(headers('svix', new SvixWebhook(secret).sign(ID, new Date(at * 1000), body), at), body),
  verify: (request, secret) => {
    new SvixWebhook(secret).verify(bodyText(request), given('svix', request));
  },
};

const signed = (body: string, id = ID) => new Webhook(SECRET).sign(id, new Date(NOW_SECONDS * 1000), body);

describe('Standard Webhooks', () => {
  itAgrees(standard);

  itIsStricter('an id with a full stop could be part of the time', standard, () =>
    call(headers('webhook', signed('{}', 'msg.1'), NOW_SECONDS, 'msg.1'), '{}'),
  );
  itIsStricter('a time is digits, not digits and something', standard, () => ({
    ...call(headers('webhook', signed('{}'), NOW_SECONDS), '{}'),
    headers: { ...headers('webhook', signed('{}'), NOW_SECONDS), 'webhook-timestamp': `${NOW_SECONDS}x` },
  }));
  itTakesMore('several signatures may be on lines of their own', standard, () => ({
    ...call({}, '{}'),
    headers: { ...headers('webhook', '', NOW_SECONDS), 'webhook-signature': ['v1,AAAA', signed('{}')] },
  }));
});

describe('Svix', () => {
  itAgrees(svix);

  itTakesMore('what was signed needs not be JSON', svix, () =>
    call(headers('svix', signed('plain text'), NOW_SECONDS), 'plain text'),
  );
});
