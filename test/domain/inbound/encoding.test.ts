import { describe, expect, test } from 'vitest';
import { decode, decodeBase64Secret, type Encoding } from '../../../lambdas/domain/inbound/encoding.ts';
import fc from '../../properties.ts';

const ENCODINGS: readonly Encoding[] = ['hex', 'base64', 'base64url'];

describe.each(ENCODINGS)('decoding %s', (encoding) => {
  test('gives back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
        expect(decode(Buffer.from(bytes).toString(encoding), encoding)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test('takes one text for one value only', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const bytes = decode(text, encoding);
        const canonical =
          encoding === 'hex' ? text.toLowerCase() : encoding === 'base64url' ? text.replace(/=+$/, '') : text;
        if (bytes !== undefined) expect(bytes.toString(encoding)).toBe(canonical);
      }),
    );
  });
});

describe('strict decoding', () => {
  test.each([
    ['hex', ''],
    ['hex', 'abc'],
    ['hex', '0xab'],
    ['hex', 'ab cd'],
    ['hex', 'ab\n'],
    ['base64', ''],
    ['base64', 'QQ'],
    ['base64', 'QR=='],
    ['base64', 'Q Q='],
    ['base64', 'QQ==\n'],
    ['base64', 'QUI-'],
    ['base64', '===='],
    ['base64url', 'QUI+'],
    ['base64url', 'QR'],
  ] as const)('refuses %s %j, which a lenient decoder takes', (encoding, text) => {
    expect(decode(text, encoding)).toBeUndefined();
  });

  test('takes secrets without padding and with unused bits set, as they are copied', () => {
    expect(decodeBase64Secret('QQ')).toEqual(Buffer.from('A'));
    expect(decodeBase64Secret('QR==')).toEqual(Buffer.from('A'));
    expect(decodeBase64Secret('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwBr')?.length).toBe(25);
  });

  test.each(['', 'A', 'QQ QQ', '%%%%', 'whpk_QQ=='])('refuses %j as a secret', (text) => {
    expect(decodeBase64Secret(text)).toBeUndefined();
  });
});
