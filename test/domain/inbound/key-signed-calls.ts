/** Calls as their vendors sign them with a private key, made here with `node:crypto` alone. */
import { createHash, type KeyLike, sign } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { InboundRequest } from '../../../lambdas/domain/inbound/request.ts';

export const NOW_SECONDS = 1_700_000_000;
export const SOURCE_URL = 'https://in.example.com/in/src_1?tenant=7';

export function call(headers: InboundRequest['headers'], body: string | Uint8Array): InboundRequest {
  return { method: 'POST', url: SOURCE_URL, headers, body: Buffer.from(body) };
}

export function discordCall(key: KeyLike, body = '{"id":"i1","type":2}', at = NOW_SECONDS): InboundRequest {
  const signature = sign(null, Buffer.from(`${at}${body}`), key).toString('hex');
  return call({ 'X-Signature-Ed25519': signature, 'X-Signature-Timestamp': String(at) }, body);
}

export function sendgridCall(
  key: KeyLike,
  body = '[{"event":"open"}]\r\n',
  at = NOW_SECONDS,
): InboundRequest {
  const signature = sign('sha256', Buffer.from(`${at}${body}`), key).toString('base64');
  return call(
    {
      'X-Twilio-Email-Event-Webhook-Signature': signature,
      'X-Twilio-Email-Event-Webhook-Timestamp': String(at),
    },
    body,
  );
}

export const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:orders';
export const SNS_CERTIFICATE_URL =
  'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem';

/** Fields of a notification; `undefined` leaves one out. */
export type SnsFields = Readonly<Record<string, unknown>>;

export const NOTIFICATION: SnsFields = {
  Type: 'Notification',
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: TOPIC,
  Subject: 'A first one',
  Message: 'Hello\nworld',
  Timestamp: '2023-11-14T22:13:20.000Z',
  SignatureVersion: '2',
  SigningCertURL: SNS_CERTIFICATE_URL,
};

export const CONFIRMATION: SnsFields = {
  ...NOTIFICATION,
  Subject: undefined,
  Type: 'SubscriptionConfirmation',
  Token: '2336412f37',
  SubscribeURL: `https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=2336412f37`,
};

export function snsCall(key: KeyLike, fields: SnsFields = NOTIFICATION, hash = 'sha256'): InboundRequest {
  const names =
    fields.Type === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const text = names
    .filter((name) => fields[name] !== undefined)
    .map((name) => `${name}\n${fields[name]}\n`)
    .join('');
  const Signature = sign(hash, Buffer.from(text), key).toString('base64');
  const headers = {
    'content-type': 'text/plain; charset=UTF-8',
    'x-amz-sns-message-type': String(fields.Type),
  };
  return call(headers, JSON.stringify({ ...fields, Signature }));
}

export const PAYPAL_CERTIFICATE_URL =
  'https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270';

export function paypalCall(
  key: KeyLike,
  webhookId: string,
  body = '{"id":"WH-1","event_type":"PAYMENT.SALE.COMPLETED"}',
  headers: InboundRequest['headers'] = {},
): InboundRequest {
  const id = 'b2384410-f8d2-11e4-8bf3-77339302725b';
  const time = '2023-11-14T22:13:20Z';
  const text = `${id}|${time}|${webhookId}|${crc32(Buffer.from(body))}`;
  return call(
    {
      'PayPal-Transmission-Id': id,
      'PayPal-Transmission-Time': time,
      'PayPal-Transmission-Sig': sign('sha256', Buffer.from(text), key).toString('base64'),
      'PayPal-Auth-Algo': 'SHA256withRSA',
      'PayPal-Cert-Url': PAYPAL_CERTIFICATE_URL,
      ...headers,
    },
    body,
  );
}

export const digestOf = (body: string) => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
