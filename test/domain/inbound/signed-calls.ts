/** One good call for each preset that shares a secret, signed here with `node:crypto` alone. */
import { createHmac } from 'node:crypto';
import type { PresetName } from '../../../lambdas/domain/inbound/presets/preset.ts';
import type { InboundRequest } from '../../../lambdas/domain/inbound/request.ts';

export const NOW_SECONDS = 1_700_000_000;
export const PUBLIC_URL = 'https://in.example.com/in/src_1?tenant=7';

export interface SignedCall {
  readonly preset: PresetName;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly secret: string;
  readonly otherSecret: string;
  /** The header that carries the proof; undefined when it is in the body. */
  readonly header?: string;
  /** Seconds into either direction; undefined where no time is signed. */
  readonly toleranceSeconds?: number;
  readonly signsBody: boolean;
  readonly deliveryId?: string;
  /** The call as it is signed at a time with a secret. */
  readonly sign: (signedAtSeconds: number, secret: string, body: string) => InboundRequest;
  readonly body: string;
}

const hmac = (hash: string, key: string | Uint8Array, text: string, encoding: 'hex' | 'base64') =>
  createHmac(hash, key).update(text).digest(encoding);
const hex = (key: string, text: string) => hmac('sha256', key, text, 'hex');
const base64 = (key: string, text: string) => hmac('sha256', key, text, 'base64');

function call(headers: InboundRequest['headers'], body: string, url = PUBLIC_URL): InboundRequest {
  return { method: 'POST', url, headers, body: Buffer.from(body) };
}

const TEXT_SECRETS = { secret: 'a secret of ours', otherSecret: 'another secret' };
const EVENT = '{"id":"evt_1","type":"invoice.paid","amount":1.0}';
const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
const standardKey = (secret: string) => Buffer.from(secret.slice('whsec_'.length), 'base64');

type BodyOnly = Pick<SignedCall, 'preset'> & Partial<SignedCall> & { readonly header: string };

/** Presets that sign the body alone; `value` is the header's value. */
function bodyOnly(
  about: BodyOnly,
  value: (secret: string, body: string) => string,
  more: Readonly<Record<string, string>> = {},
): SignedCall {
  const sign = (_: number, secret: string, body: string) =>
    call({ [about.header]: value(secret, body), ...more }, body);
  return { ...TEXT_SECRETS, signsBody: true, body: EVENT, sign, ...about };
}

/** Presets that sign a time, too. */
function timed(
  about: Pick<SignedCall, 'preset'> & Partial<SignedCall>,
  headers: (at: number, secret: string, body: string) => Readonly<Record<string, string>>,
): SignedCall {
  const sign = (at: number, secret: string, body: string) => call(headers(at, secret, body), body);
  return { ...TEXT_SECRETS, signsBody: true, toleranceSeconds: 300, body: EVENT, sign, ...about };
}

function standard(preset: PresetName, prefix: string): SignedCall {
  const about = {
    preset,
    header: `${prefix}-signature`,
    secret: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
    otherSecret: `whsec_${Buffer.alloc(24, 2).toString('base64')}`,
    deliveryId: 'msg_1',
  };
  return timed(about, (at, secret, body) => ({
    [`${prefix}-id`]: 'msg_1',
    [`${prefix}-timestamp`]: String(at),
    [`${prefix}-signature`]: `v1,${hmac('sha256', standardKey(secret), `msg_1.${at}.${body}`, 'base64')}`,
  }));
}

const ADYEN_SECRETS = { secret: 'DFB1EB5485895CFA84146406857104AB', otherSecret: '00'.repeat(16) };
const BASIC = (account: string) => `Basic ${Buffer.from(account).toString('base64')}`;

export const SIGNED_CALLS: readonly SignedCall[] = [
  standard('standard-webhooks', 'webhook'),
  standard('svix', 'svix'),
  standard('gitlab', 'webhook'),
  timed({ preset: 'stripe', header: 'Stripe-Signature', deliveryId: 'evt_1' }, (at, secret, body) => ({
    'Stripe-Signature': `t=${at},v1=${hex(secret, `${at}.${body}`)}`,
  })),
  timed({ preset: 'mux', header: 'Mux-Signature', deliveryId: 'evt_1' }, (at, secret, body) => ({
    'Mux-Signature': `t=${at},v1=${hex(secret, `${at}.${body}`)}`,
  })),
  timed(
    {
      preset: 'paddle',
      header: 'Paddle-Signature',
      toleranceSeconds: 5,
      body: '{"event_id":"evt_2"}',
      deliveryId: 'evt_2',
    },
    (at, secret, body) => ({ 'Paddle-Signature': `ts=${at};h1=${hex(secret, `${at}:${body}`)}` }),
  ),
  timed(
    { preset: 'slack', header: 'X-Slack-Signature', body: '{"event_id":"Ev1"}', deliveryId: 'Ev1' },
    (at, secret, body) => ({
      'X-Slack-Request-Timestamp': String(at),
      'X-Slack-Signature': `v0=${hex(secret, `v0:${at}:${body}`)}`,
    }),
  ),
  timed({ preset: 'zoom', header: 'x-zm-signature' }, (at, secret, body) => ({
    'x-zm-request-timestamp': String(at),
    'x-zm-signature': `v0=${hex(secret, `v0:${at}:${body}`)}`,
  })),
  timed(
    { preset: 'zendesk', header: 'X-Zendesk-Webhook-Signature', deliveryId: '01ABC' },
    (at, secret, body) => ({
      'X-Zendesk-Webhook-Signature': base64(secret, iso(at) + body),
      'X-Zendesk-Webhook-Signature-Timestamp': iso(at),
      'X-Zendesk-Webhook-Invocation-Id': '01ABC',
    }),
  ),
  timed(
    {
      preset: 'twitch',
      header: 'Twitch-Eventsub-Message-Signature',
      toleranceSeconds: 600,
      deliveryId: 'm-1',
    },
    (at, secret, body) => ({
      'Twitch-Eventsub-Message-Id': 'm-1',
      'Twitch-Eventsub-Message-Timestamp': iso(at),
      'Twitch-Eventsub-Message-Signature': `sha256=${hex(secret, `m-1${iso(at)}${body}`)}`,
    }),
  ),
  timed({ preset: 'hubspot-v3', header: 'X-HubSpot-Signature-V3' }, (at, secret, body) => ({
    'X-HubSpot-Request-Timestamp': String(at * 1000),
    'X-HubSpot-Signature-V3': base64(secret, `POST${PUBLIC_URL}${body}${at * 1000}`),
  })),
  timed({ preset: 'convoy-advanced', header: 'X-Convoy-Signature' }, (at, secret, body) => ({
    'X-Convoy-Signature': `t=${at},v1=${hex(secret, `${at},${body}`)}`,
  })),
  {
    ...TEXT_SECRETS,
    preset: 'linear',
    header: 'Linear-Signature',
    toleranceSeconds: 60,
    signsBody: true,
    body: '',
    sign: (at, secret, body) => {
      const timedBody = `{"webhookTimestamp":${at * 1000},"data":"${body}"}`;
      return call({ 'Linear-Signature': hex(secret, timedBody) }, timedBody);
    },
  },
  {
    ...TEXT_SECRETS,
    preset: 'mailgun',
    toleranceSeconds: 300,
    signsBody: false,
    deliveryId: 'tok3n',
    body: 'delivered',
    sign: (at, secret, body) => {
      const signature = { timestamp: String(at), token: 'tok3n', signature: hex(secret, `${at}tok3n`) };
      return call({}, JSON.stringify({ signature, 'event-data': { event: body } }));
    },
  },
  timed(
    {
      preset: 'hmac',
      header: 'X-Signature',
      options: { header: 'X-Signature', template: '{timestamp}.{body}', timestampHeader: 'X-Time' },
    },
    (at, secret, body) => ({ 'X-Time': String(at), 'X-Signature': hex(secret, `${at}.${body}`) }),
  ),
  bodyOnly(
    { preset: 'github', header: 'X-Hub-Signature-256', deliveryId: 'guid-1' },
    (secret, body) => `sha256=${hex(secret, body)}`,
    { 'X-GitHub-Delivery': 'guid-1' },
  ),
  bodyOnly(
    { preset: 'bitbucket', header: 'X-Hub-Signature', deliveryId: 'uuid-1' },
    (secret, body) => `sha256=${hex(secret, body)}`,
    { 'X-Request-UUID': 'uuid-1' },
  ),
  bodyOnly(
    { preset: 'meta', header: 'X-Hub-Signature-256' },
    (secret, body) => `sha256=${hex(secret, body)}`,
  ),
  bodyOnly(
    { preset: 'x', header: 'x-twitter-webhooks-signature' },
    (secret, body) => `sha256=${base64(secret, body)}`,
  ),
  bodyOnly({ preset: 'shopify', header: 'X-Shopify-Hmac-Sha256', deliveryId: 'b54557e4' }, base64, {
    'X-Shopify-Webhook-Id': 'b54557e4',
  }),
  bodyOnly(
    { preset: 'notion', header: 'X-Notion-Signature', deliveryId: 'evt_1' },
    (secret, body) => `sha256=${hex(secret, body)}`,
  ),
  bodyOnly({ preset: 'razorpay', header: 'X-Razorpay-Signature', deliveryId: 'rzp_1' }, hex, {
    'x-razorpay-event-id': 'rzp_1',
  }),
  bodyOnly(
    { preset: 'intercom', header: 'X-Hub-Signature', deliveryId: 'evt_1' },
    (secret, body) => `sha1=${hmac('sha1', secret, body, 'hex')}`,
  ),
  bodyOnly({ preset: 'convoy-simple', header: 'X-Convoy-Signature' }, hex),
  bodyOnly({ preset: 'hookdeck', header: 'x-hookdeck-signature', deliveryId: 'evt_h' }, base64, {
    'x-hookdeck-eventid': 'evt_h',
  }),
  bodyOnly(
    { preset: 'outpost', header: 'x-outpost-signature', deliveryId: 'evt_o' },
    (secret, body) => `v0=${hex(secret, body)}`,
    { 'x-outpost-event-id': 'evt_o' },
  ),
  bodyOnly(
    {
      preset: 'pagerduty',
      header: 'X-PagerDuty-Signature',
      body: '{"event":{"id":"01PD"}}',
      deliveryId: '01PD',
    },
    (secret, body) => `v1=${hex(secret, body)}`,
  ),
  bodyOnly(
    {
      preset: 'square',
      header: 'x-square-hmacsha256-signature',
      body: '{"event_id":"sq"}',
      deliveryId: 'sq',
    },
    (secret, body) => base64(secret, PUBLIC_URL + body),
  ),
  bodyOnly(
    { preset: 'twilio', header: 'X-Twilio-Signature', body: 'To=%2B1&Body=hi+there', deliveryId: 'tw_1' },
    (secret, body) => {
      const fields = [...new URLSearchParams(body)].sort(([a], [b]) => (a < b ? -1 : 1)).flat();
      return hmac('sha1', secret, PUBLIC_URL + fields.join(''), 'base64');
    },
    { 'I-Twilio-Idempotency-Token': 'tw_1' },
  ),
  bodyOnly(
    { preset: 'adyen-platform', header: 'HmacSignature', ...ADYEN_SECRETS },
    (secret, body) => hmac('sha256', Buffer.from(secret, 'hex'), body, 'base64'),
    { Protocol: 'HmacSHA256' },
  ),
  {
    ...ADYEN_SECRETS,
    preset: 'adyen-standard',
    signsBody: true,
    deliveryId: 'psp1:AUTHORISATION:true',
    body: 'reference',
    sign: (_, secret, body) => {
      const signed = `psp1::Shop:${body}:1000:EUR:AUTHORISATION:true`;
      const hmacSignature = hmac('sha256', Buffer.from(secret, 'hex'), signed, 'base64');
      const item = {
        pspReference: 'psp1',
        merchantAccountCode: 'Shop',
        merchantReference: body,
        amount: { value: 1000, currency: 'EUR' },
        eventCode: 'AUTHORISATION',
        success: 'true',
        additionalData: { hmacSignature },
      };
      return call({}, JSON.stringify({ notificationItems: [{ NotificationRequestItem: item }] }));
    },
  },
  bodyOnly(
    { preset: 'gitlab', header: 'X-Gitlab-Token', signsBody: false, deliveryId: 'k-1' },
    (secret) => secret,
    {
      'Idempotency-Key': 'k-1',
    },
  ),
  bodyOnly(
    {
      preset: 'basic-auth',
      header: 'Authorization',
      signsBody: false,
      secret: 'ann:pass:word',
      otherSecret: 'ann:other',
    },
    BASIC,
  ),
  bodyOnly({ preset: 'api-key', header: 'X-API-Key', signsBody: false }, (secret) => secret),
];
