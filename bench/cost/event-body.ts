/** A realistic event of 2 KB: shaped like a payment provider's, with ids and amounts that never repeat. */
import { createHash } from 'node:crypto';

export const EVENT_TYPE = 'invoice.payment_succeeded';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** 23 November 2026, noon. */
const FIRST_SECOND = Date.UTC(2026, 10, 23, 12) / 1000;

/** The event's `data`; the same number gives the same event. About 2,000 bytes as JSON. */
export function eventBody(number: number): unknown {
  const id = (prefix: string, length = 24) => `${prefix}_${letters(`${prefix} ${number}`, length)}`;
  const created = FIRST_SECOND + number * 7;
  const amount = 1000 + ((number * 7919) % 90_000);
  const customer = id('cus', 14);
  const invoice = id('in');
  return {
    id: id('evt'),
    object: 'event',
    api_version: '2026-10-29',
    created,
    livemode: true,
    pending_webhooks: 1,
    request: { id: id('req', 14), idempotency_key: uuid(number) },
    data: {
      object: {
        id: invoice,
        object: 'invoice',
        account_country: 'DE',
        account_name: 'Example GmbH',
        amount_due: amount,
        amount_paid: amount,
        amount_remaining: 0,
        attempt_count: 1,
        attempted: true,
        auto_advance: false,
        billing_reason: 'subscription_cycle',
        charge: id('ch'),
        collection_method: 'charge_automatically',
        created: created - 3600,
        currency: 'eur',
        customer,
        customer_email: `${letters(`mail ${number}`, 9).toLowerCase()}@example.com`,
        customer_name: `Customer ${letters(`name ${number}`, 8)}`,
        default_payment_method: null,
        discount: null,
        ending_balance: 0,
        hosted_invoice_url: `https://invoice.example.com/i/${letters(`url ${number}`, 40)}`,
        lines: {
          object: 'list',
          data: [
            {
              id: id('il'),
              object: 'line_item',
              amount,
              currency: 'eur',
              description: '1 x Team plan (monthly)',
              discountable: true,
              livemode: true,
              metadata: { workspace: id('ws', 12) },
              period: { end: created + 2_592_000, start: created },
              price: {
                id: id('price'),
                object: 'price',
                active: true,
                billing_scheme: 'per_unit',
                currency: 'eur',
                product: id('prod', 14),
                recurring: { interval: 'month', interval_count: 1, usage_type: 'licensed' },
                unit_amount: amount,
              },
              proration: false,
              quantity: 1,
              subscription: id('sub'),
              type: 'subscription',
            },
          ],
          has_more: false,
          total_count: 1,
          url: `/v1/invoices/${invoice}/lines`,
        },
        metadata: { order_id: String(700_000 + number) },
        number: `${letters(`number ${number}`, 8).toUpperCase()}-${String(number).padStart(4, '0')}`,
        paid: true,
        payment_intent: id('pi'),
        period_end: created,
        period_start: created - 2_592_000,
        status: 'paid',
        subscription: id('sub'),
        subtotal: amount,
        tax: null,
        total: amount,
      },
    },
    type: EVENT_TYPE,
  };
}

/** Looks random and is not: the same seed gives the same letters. */
function letters(seed: string, length: number): string {
  let text = '';
  for (let round = 0; text.length < length; round++) {
    const bytes = createHash('sha256').update(`${seed} ${round}`).digest();
    for (const byte of bytes) text += ALPHABET[byte % ALPHABET.length];
  }
  return text.slice(0, length);
}

function uuid(number: number): string {
  const hex = createHash('sha256').update(`uuid ${number}`).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
