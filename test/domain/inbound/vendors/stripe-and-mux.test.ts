import { createHmac } from 'node:crypto';
import Mux from '@mux/mux-node';
import Stripe from 'stripe';
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

const SECRET = 'whsec_5Zx0uJm2cPq8';
const mac = (signed: string | Uint8Array) => createHmac('sha256', SECRET).update(signed).digest('hex');

function verifyWithStripe(payload: string | Buffer, header: string, secret: string): boolean {
  const { signature, DEFAULT_TOLERANCE } = Stripe.webhooks;
  if (signature === null) throw new Error('the library of Stripe has no verifier here');
  return signature.verifyHeader(payload, header, secret, DEFAULT_TOLERANCE);
}

const stripe: Vendor = {
  preset: { preset: 'stripe' },
  header: 'Stripe-Signature',
  secret: SECRET,
  otherSecret: 'whsec_another',
  toleranceSeconds: 300,
  sign: (payload, secret, timestamp) =>
    call(
      { 'Stripe-Signature': Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp }) },
      payload,
    ),
  verify: (request, secret) =>
    verifyWithStripe(bodyText(request), headerOf(request, 'Stripe-Signature'), secret),
};

/** The same, handed over as the bytes that came: its library decodes them itself. */
const stripeBytes: Vendor = {
  ...stripe,
  verify: (request, secret) =>
    verifyWithStripe(Buffer.from(request.body), headerOf(request, 'Stripe-Signature'), secret),
};

const client = new Mux({ tokenId: 'id', tokenSecret: 'secret' });
const mux: Vendor = {
  preset: { preset: 'mux' },
  header: 'Mux-Signature',
  secret: SECRET,
  otherSecret: 'another',
  toleranceSeconds: 300,
  sign: (body, secret, at) => {
    const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
    return call({ 'Mux-Signature': `t=${at},v1=${signature}` }, body);
  },
  verify: (request, secret) =>
    client.webhooks.verifySignature(
      bodyText(request),
      { 'mux-signature': headerOf(request, 'Mux-Signature') },
      secret,
    ),
};

describe('Stripe', () => {
  itAgrees(stripe);

  itIsStricter('a time in the future outlives every tolerance', stripe, () =>
    stripe.sign('{}', SECRET, NOW_SECONDS + 301),
  );
  itIsStricter('a time is digits, not digits and something', stripe, () =>
    call({ 'Stripe-Signature': `t=${NOW_SECONDS}x,v1=${mac(`${NOW_SECONDS}.{}`)}` }, '{}'),
  );
  itIsStricter('two times are two statements', stripe, () =>
    call({ 'Stripe-Signature': `t=1,t=${NOW_SECONDS},v1=${mac(`${NOW_SECONDS}.{}`)}` }, '{}'),
  );
  itIsStricter('a byte order mark was added after signing', stripeBytes, () => ({
    ...call({ 'Stripe-Signature': `t=${NOW_SECONDS},v1=${mac(`${NOW_SECONDS}.{}`)}` }, ''),
    body: Buffer.from('\ufeff{}'),
  }));
  itIsStricter('bytes that are no UTF-8 were put for a replacement character', stripeBytes, () =>
    call({ 'Stripe-Signature': `t=${NOW_SECONDS},v1=${mac(`${NOW_SECONDS}.\ufffd`)}` }, Buffer.from([0xff])),
  );
  itTakesMore('the bytes were signed, and are no UTF-8', stripeBytes, () => {
    const bytes = Buffer.from([0xff, 0xfe]);
    const signed = Buffer.concat([Buffer.from(`${NOW_SECONDS}.`), bytes]);
    return call({ 'Stripe-Signature': `t=${NOW_SECONDS},v1=${mac(signed)}` }, bytes);
  });
  itTakesMore('an event without a body is signed like any other', stripe, () =>
    call({ 'Stripe-Signature': `t=${NOW_SECONDS},v1=${mac(`${NOW_SECONDS}.`)}` }, ''),
  );
});

describe('Mux', () => {
  itAgrees(mux);

  itIsStricter('a time in the future outlives every tolerance', mux, () =>
    mux.sign('{}', SECRET, NOW_SECONDS + 301),
  );
  itIsStricter('a time is digits, not digits and something', mux, () =>
    call({ 'Mux-Signature': `t=${NOW_SECONDS}x,v1=${mac(`${NOW_SECONDS}.{}`)}` }, '{}'),
  );
});
