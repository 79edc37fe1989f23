import { createHmac } from 'node:crypto';
import twilio from 'twilio/lib/webhooks/webhooks.js';
import { describe, expect, test } from 'vitest';
import type { InboundRequest } from '../../../../lambdas/domain/inbound/request.ts';
import fc from '../../../properties.ts';
import { bodyText, call, headerOf, itAgrees, itIsStricter, ours, theirs, type Vendor } from './agreement.ts';

const HEADER = 'X-Twilio-Signature';
const URL_OF_SOURCE = 'https://in.example.com/in/src_1';

/** Parameters as web frameworks hand them to the library: a list where a name is repeated. */
function parametersOf(form: string): Record<string, string | string[]> {
  const fields = new URLSearchParams(form);
  const entries = [...new Set(fields.keys())].map((name): [string, string | string[]] => {
    const values = fields.getAll(name);
    return [name, values.length === 1 ? values[0]! : values];
  });
  return Object.fromEntries(entries);
}

const form: Vendor = {
  preset: { preset: 'twilio' },
  header: HEADER,
  secret: '12345',
  otherSecret: '54321',
  bodies: fc
    .array(fc.tuple(fc.constantFrom('To', 'From', 'Body', 'MediaUrl', 'ä'), fc.string({ unit: 'binary' })), {
      minLength: 1,
    })
    .map((pairs) => new URLSearchParams(pairs).toString()),
  sign: (body, secret) =>
    call(
      { [HEADER]: twilio.getExpectedTwilioSignature(secret, URL_OF_SOURCE, parametersOf(body)) },
      body,
      URL_OF_SOURCE,
    ),
  verify: (request, secret) =>
    twilio.validateRequest(secret, headerOf(request, HEADER), request.url, parametersOf(bodyText(request))),
};

const withHash = (body: string) => `${URL_OF_SOURCE}?bodySHA256=${twilio.getExpectedBodyHash(body)}`;
const json: Vendor = {
  ...form,
  bodies: fc.json(),
  sign: (body, secret) =>
    call({ [HEADER]: twilio.getExpectedTwilioSignature(secret, withHash(body), {}) }, body, withHash(body)),
  verify: (request, secret) =>
    twilio.validateRequestWithBody(secret, headerOf(request, HEADER), request.url, bodyText(request)),
};

describe('Twilio forms', () => {
  itAgrees(form);

  itIsStricter('an escape that is no UTF-8 reads like any other such escape', form, () => {
    const signed = createHmac('sha1', form.secret).update(`${URL_OF_SOURCE}Body\ufffd`).digest('base64');
    return call({ [HEADER]: signed }, 'Body=%FF', URL_OF_SOURCE);
  });
});

describe('Twilio with a hash of the body in the URL', () => {
  itAgrees(json);
});

describe('Twilio addresses', () => {
  const piece = fc.constantFrom(
    "'",
    '%27',
    '%20',
    '+',
    'ä',
    '%C3%A4',
    '|',
    '*',
    '(',
    '~',
    '%7E',
    '%',
    'b',
    '',
  );
  const queries = fc
    .array(fc.tuple(fc.constantFrom('a', 'b', 'c%20d'), piece, piece), { minLength: 1, maxLength: 4 })
    .map((pairs) => pairs.map(([name, one, two]) => `${name}=${one}${two}`).join('&'));
  const addresses = fc
    .record({
      host: fc.constantFrom('a.example', 'a.example:443', 'a.example:8443', 'u:p@a.example'),
      queries,
    })
    .map(({ host, queries }) => `https://${host}/in/src_1?${queries}`);
  const spellings = (url: string): readonly string[] => [
    url,
    url.replace(/:(443|8443)\//, '/'),
    url.replace('a.example/', 'a.example:443/'),
    new URL(url).toString(),
    url.replaceAll("'", '%27'),
    url.replaceAll('%20', '+'),
    decodeURI(url.replaceAll('%', '%25')),
    `${url}&x=1`,
    url.toUpperCase(),
  ];

  test('are taken in the spellings its library takes, and in no others', async () => {
    await fc.assert(
      fc.asyncProperty(addresses, fc.nat(8), async (url, spelling) => {
        const signed = twilio.getExpectedTwilioSignature(form.secret, spellings(url)[spelling]!, {});
        const request: InboundRequest = call({ [HEADER]: signed }, '', url);
        expect(ours(form, request)).toBe(await theirs(form, request));
      }),
      { numRuns: 400 },
    );
  });
});
