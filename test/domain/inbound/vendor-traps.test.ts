import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { InboundRequest } from '../../../lambdas/domain/inbound/request.ts';
import { verifyInbound } from '../../../lambdas/domain/inbound/verify.ts';

const NOW_SECONDS = 1_700_000_000;
const KEY = 'secret';

function reasonOf(
  preset: string | { preset: string },
  request: Partial<InboundRequest>,
  secrets: readonly string[] = [KEY],
) {
  const whole = {
    method: 'POST',
    url: 'https://in.example.com/in/src_1',
    headers: {},
    body: new Uint8Array(),
    ...request,
  };
  const verdict = verifyInbound(preset, whole, secrets, NOW_SECONDS);
  return verdict.ok ? 'verified' : verdict.failure.reason;
}

describe('Twilio', () => {
  const sign = (text: string) => createHmac('sha1', KEY).update(text).digest('base64');
  const call = (url: string, body: string, signed: string) => ({
    url,
    headers: { 'X-Twilio-Signature': sign(signed) },
    body: Buffer.from(body),
  });

  test('signs the different values of one field, sorted', () => {
    const url = 'https://a.example/x';
    expect(reasonOf('twilio', call(url, 'b=2&a=9&b=1&b=2', `${url}a9b1b2`))).toBe('verified');
  });

  test('signs the URL with the standard port or without any', () => {
    for (const signed of ['https://a.example/x?q=1', 'https://a.example:443/x?q=1']) {
      expect(reasonOf('twilio', call('https://a.example/x?q=1', '', signed))).toBe('verified');
    }
    expect(reasonOf('twilio', call('https://a.example:8443/x', '', 'https://a.example/x'))).toBe('verified');
    expect(reasonOf('twilio', call('https://a.example/x', '', 'https://a.example:8443/x'))).toBe(
      'signature_mismatch',
    );
  });

  test('may come to an address with very many parameters of one name', () => {
    const url = `https://a.example/?${'a=b&'.repeat(100_000)}`;
    expect(reasonOf('twilio', call(url, '', url))).toBe('verified');
    expect(reasonOf('twilio', call(url, '', 'another'))).toBe('signature_mismatch');
  });

  test('signs a body that is no form by its hash in the URL', () => {
    const body = '{"a":1}';
    const url = `https://a.example/x?bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
    expect(reasonOf('twilio', call(url, body, url))).toBe('verified');
    expect(reasonOf('twilio', call(url, '{"a":2}', url))).toBe('digest_mismatch');
    expect(reasonOf('twilio', call('https://a.example/x', body, 'https://a.example/x'))).toBe(
      'signature_mismatch',
    );
  });

  test('does not take bytes that are not UTF-8 for one another', () => {
    const url = 'https://a.example/x';
    expect(reasonOf('twilio', call(url, 'a=%FF', `${url}a\ufffd`))).toBe('malformed_body');
    expect(reasonOf('twilio', call(url, 'a=%EF%BF%BD', `${url}a\ufffd`))).toBe('verified');
  });
});

describe('Adyen', () => {
  const HEX = 'ab'.repeat(32);
  const sign = (text: string) => createHmac('sha256', Buffer.from(HEX, 'hex')).update(text).digest('base64');
  const item = (fields: object, signed: string) => ({
    pspReference: 'p1',
    merchantAccountCode: 'Shop',
    amount: { value: 10, currency: 'EUR' },
    eventCode: 'CAPTURE',
    ...fields,
    additionalData: { hmacSignature: sign(signed) },
  });
  const reason = (...items: unknown[]) =>
    reasonOf(
      'adyen',
      {
        body: Buffer.from(
          JSON.stringify({ notificationItems: items.map((one) => ({ NotificationRequestItem: one })) }),
        ),
      },
      [HEX],
    );
  const good = item({ merchantReference: 'r1', success: true }, 'p1::Shop:r1:10:EUR:CAPTURE:true');

  test('is believed when every item is signed', () => {
    expect(reason(good, good)).toBe('verified');
    expect(reasonOf('adyen', { body: Buffer.from(JSON.stringify(good)) }, [HEX])).toBe('verified');
  });

  test('does not carry a forged item in with a signed one', () => {
    expect(reason(good, { ...good, pspReference: 'p2' })).toBe('signature_mismatch');
    expect(reason(good, { ...good, additionalData: {} })).toBe('malformed_body');
    expect(reason()).toBe('malformed_body');
  });

  test('may escape the separator in a field', () => {
    const fields = { merchantReference: 'a:b\\c', success: 'true' };
    expect(reason(item(fields, 'p1::Shop:a:b\\c:10:EUR:CAPTURE:true'))).toBe('verified');
    expect(reason(item(fields, 'p1::Shop:a\\:b\\\\c:10:EUR:CAPTURE:true'))).toBe('verified');
  });

  test('signs no lists or objects', () => {
    const forged = { ...good, merchantReference: ['r1'] };
    expect(reason(forged)).toBe('malformed_body');
  });

  test('shows its key in hexadecimal', () => {
    expect(reasonOf('adyen', { body: Buffer.from(JSON.stringify(good)) }, ['not hex'])).toBe('no_secret');
  });

  test('says with which algorithm its platforms sign, and only one is known', () => {
    const body = Buffer.from('{}');
    const headers = { HmacSignature: sign('{}'), Protocol: 'HmacSHA256' };
    expect(reasonOf('adyen', { headers, body }, [HEX])).toBe('verified');
    expect(reasonOf('adyen', { headers: { ...headers, Protocol: 'HmacSHA1' }, body }, [HEX])).toBe(
      'unsupported_algorithm',
    );
  });
});

describe('Hookdeck', () => {
  test('signs with a second secret in a second header while one is rotated', () => {
    const sign = (secret: string) => createHmac('sha256', secret).update('{}').digest('base64');
    const headers = { 'x-hookdeck-signature': sign('new'), 'x-hookdeck-signature-2': sign('old') };
    for (const secret of ['new', 'old']) {
      expect(reasonOf('hookdeck', { headers, body: Buffer.from('{}') }, [secret])).toBe('verified');
    }
  });
});

describe('HubSpot', () => {
  test('signs the URL with twelve characters unescaped, and no others', () => {
    const url = 'https://a.example/x?q=%3a%2F%3F%40%21%24%27%28%29%2A%2C%3B%20%26%253A';
    const decoded = "https://a.example/x?q=:/?@!$'()*,;%20%26%253A";
    for (const signed of [decoded, url]) {
      const text = `POST${signed}{}${NOW_SECONDS}000`;
      const headers = {
        'X-HubSpot-Request-Timestamp': `${NOW_SECONDS}000`,
        'X-HubSpot-Signature-V3': createHmac('sha256', KEY).update(text).digest('base64'),
      };
      expect(reasonOf('hubspot', { url, headers, body: Buffer.from('{}') })).toBe('verified');
    }
  });
});

describe('Mailgun', () => {
  const signature = createHmac('sha256', KEY).update(`${NOW_SECONDS}tok3n`).digest('hex');

  test('signs forwarded mail in a form', () => {
    const body = Buffer.from(`timestamp=${NOW_SECONDS}&token=tok3n&signature=${signature}&subject=hi`);
    expect(reasonOf('mailgun', { body })).toBe('verified');
    expect(reasonOf('mailgun', { body: Buffer.from(`${body}&token=other`) })).toBe('malformed_body');
  });

  test('signs mail with attachments in a multipart form', () => {
    const field = (name: string, value: string) =>
      `--xyz\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const fields = field('timestamp', String(NOW_SECONDS)) + field('signature', signature);
    const file = '--xyz\r\nContent-Disposition: form-data; name="token"; filename="t"\r\n\r\nforged\r\n';
    const headers = { 'Content-Type': 'multipart/form-data; boundary=xyz' };
    const call = (text: string) => ({ headers, body: Buffer.from(`${text}--xyz--\r\n`) });
    expect(reasonOf('mailgun', call(fields + field('token', 'tok3n') + file))).toBe('verified');
    expect(reasonOf('mailgun', call(fields + file))).toBe('malformed_body');
    expect(reasonOf('mailgun', call(fields))).toBe('malformed_body');
  });
});

describe('Convoy', () => {
  const sign = (hash: string, text: string, encoding: 'hex' | 'base64') =>
    createHmac(hash, KEY).update(text).digest(encoding);
  const call = (signature: string, body: string) => ({
    headers: { 'X-Convoy-Signature': signature },
    body: Buffer.from(body),
  });

  test('tells its hash and encoding by the length', () => {
    for (const hash of ['sha256', 'sha512']) {
      for (const encoding of ['hex', 'base64'] as const) {
        expect(reasonOf('convoy', call(sign(hash, '{"a":1.0}', encoding), '{ "a": 1.0 }'))).toBe('verified');
      }
    }
  });

  test('is held to the hash and encoding of the source', () => {
    const strict = { preset: 'convoy', hash: 'sha512', encoding: 'hex' };
    expect(reasonOf(strict, call(sign('sha256', '{}', 'hex'), '{}'))).toBe('signature_mismatch');
    expect(reasonOf(strict, call(sign('sha512', '{}', 'base64'), '{}'))).toBe('signature_mismatch');
    expect(reasonOf(strict, call(sign('sha512', '{}', 'hex'), '{}'))).toBe('verified');
  });

  test('signs nothing but JSON', () => {
    expect(reasonOf('convoy', call(sign('sha256', 'text', 'hex'), 'text'))).toBe('malformed_body');
  });
});

describe('an API key', () => {
  test('may be in any header, behind a word, or in the query', () => {
    const bearer = { preset: 'api-key', header: 'Authorization', prefix: 'Bearer ' };
    expect(reasonOf(bearer, { headers: { authorization: `bearer ${KEY}` } })).toBe('verified');
    expect(reasonOf(bearer, { headers: { authorization: KEY } })).toBe('malformed_header');
    const query = { preset: 'api-key', query: 'key' };
    expect(reasonOf(query, { url: `https://a.example/?key=${KEY}` })).toBe('verified');
    expect(reasonOf(query, { url: `https://a.example/?key=x&key=${KEY}` })).toBe('wrong_credentials');
    expect(reasonOf(query, { url: `https://a.example/?key=${KEY}&key=x` })).toBe('wrong_credentials');
    expect(reasonOf(query, { headers: { 'X-API-Key': KEY } })).toBe('wrong_credentials');
  });
});

describe('Notifications of Adyen', () => {
  const key = '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056';
  const fields = ['7914', '', 'Merchant', 'ref', '1130', 'EUR', 'AUTHORISATION', 'true'];
  const hmacSignature = createHmac('sha256', Buffer.from(key, 'hex'))
    .update(fields.join(':'))
    .digest('base64');
  const item = JSON.stringify({
    additionalData: { hmacSignature },
    amount: { value: 1130, currency: 'EUR' },
    eventCode: 'AUTHORISATION',
    merchantAccountCode: 'Merchant',
    merchantReference: 'ref',
    pspReference: '7914',
    success: 'true',
  });
  const notice = (text: string) => ({
    body: Buffer.from(`{"notificationItems":[{"NotificationRequestItem":${text}}]}`),
  });

  test('signs fields inside the body, so a body that two readers read differently is not believed', () => {
    expect(reasonOf('adyen', notice(item), [key])).toBe('verified');
    const first = item.replace('{"additional', '{"amount":{"value":1,"currency":"EUR"},"additional');
    expect(reasonOf('adyen', notice(first), [key])).toBe('malformed_body');
    const inner = item.replace('{"value":1130', '{"v\\u0061lue":1,"value":1130');
    expect(reasonOf('adyen', notice(inner), [key])).toBe('malformed_body');
  });
});

describe('X', () => {
  test('has no body that could be the token of a challenge, which we sign for everybody', () => {
    const call = (body: string) => ({
      headers: {
        'x-twitter-webhooks-signature': `sha256=${createHmac('sha256', KEY).update(body).digest('base64')}`,
      },
      body: Buffer.from(body),
    });
    expect(reasonOf('x', call('{"a":1}'))).toBe('verified');
    for (const token of ['type=admin', '123', 'true', 'a'.repeat(200)]) {
      expect(reasonOf('x', call(token))).toBe('malformed_body');
    }
  });
});
