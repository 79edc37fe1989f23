import { createHmac } from 'node:crypto';
import { Paddle } from '@paddle/paddle-node-sdk';
import razorpayUtils from 'razorpay/dist/utils/razorpay-utils.js';
import { WebhooksHelper } from 'square';
import { describe } from 'vitest';
import {
  bodyText,
  call,
  headerOf,
  itAgrees,
  itIsStricter,
  itTakesMore,
  NOW_SECONDS,
  type Vendor,
} from './agreement.ts';

const mac = (secret: string | Buffer, signed: string, encoding: 'hex' | 'base64') =>
  createHmac('sha256', secret).update(signed).digest(encoding);
const TEXT_SECRETS = { secret: 'pdl_ntfset_01hs', otherSecret: 'another' };

const paddleClient = new Paddle('key');
const paddle: Vendor = {
  ...TEXT_SECRETS,
  preset: { preset: 'paddle' },
  header: 'Paddle-Signature',
  toleranceSeconds: 5,
  sign: (body, secret, at) =>
    call({ 'Paddle-Signature': `ts=${at};h1=${mac(secret, `${at}:${body}`, 'hex')}` }, body),
  verify: (request, secret) =>
    paddleClient.webhooks.isSignatureValid(bodyText(request), secret, headerOf(request, 'Paddle-Signature')),
};

describe('Paddle', () => {
  itAgrees(paddle);

  itIsStricter('a time in the future outlives every tolerance', paddle, () =>
    paddle.sign('{}', paddle.secret, NOW_SECONDS + 6),
  );
  itTakesMore('a second signature, of a secret being rotated, may come first', paddle, () => {
    const good = mac(paddle.secret, `${NOW_SECONDS}:{}`, 'hex');
    return call({ 'Paddle-Signature': `ts=${NOW_SECONDS};h1=${good};h1=${'00'.repeat(32)}` }, '{}');
  });
});

const square: Vendor = {
  ...TEXT_SECRETS,
  preset: { preset: 'square' },
  header: 'x-square-hmacsha256-signature',
  sign: (body, secret) => {
    const { url } = call({}, body);
    return call({ 'x-square-hmacsha256-signature': mac(secret, url + body, 'base64') }, body);
  },
  verify: (request, signatureKey) =>
    WebhooksHelper.verifySignature({
      requestBody: bodyText(request),
      signatureHeader: headerOf(request, 'x-square-hmacsha256-signature'),
      signatureKey,
      notificationUrl: request.url,
    }),
};

describe('Square', () => {
  itAgrees(square);
});

const razorpay: Vendor = {
  ...TEXT_SECRETS,
  preset: { preset: 'razorpay' },
  header: 'X-Razorpay-Signature',
  sign: (body, secret) => call({ 'X-Razorpay-Signature': mac(secret, body, 'hex') }, body),
  verify: (request, secret) =>
    razorpayUtils.validateWebhookSignature(
      bodyText(request),
      headerOf(request, 'X-Razorpay-Signature'),
      secret,
    ),
};

describe('Razorpay', () => {
  itAgrees(razorpay);

  itTakesMore('hexadecimal digits have no case', razorpay, () =>
    call({ 'X-Razorpay-Signature': mac(razorpay.secret, '{}', 'hex').toUpperCase() }, '{}'),
  );
});
