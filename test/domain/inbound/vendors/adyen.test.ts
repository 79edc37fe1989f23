import { createRequire } from 'node:module';
import type adyen from '@adyen/api-library/lib/src/utils/hmacValidator.js';
import { describe, expect, test } from 'vitest';
import fc from '../../../properties.ts';
import {
  bodyText,
  call,
  headerOf,
  itAgrees,
  itIsStricter,
  itTakesMore,
  ours,
  type Vendor,
} from './agreement.ts';

/** Not through its root, which loads every client of theirs; Node alone knows what this module's default is. */
const { default: HmacValidator } = createRequire(import.meta.url)(
  '@adyen/api-library/lib/src/utils/hmacValidator.js',
) as typeof adyen;
const library = new HmacValidator();
const SECRETS = {
  secret: '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056',
  otherSecret: '00'.repeat(32),
};
type Item = Parameters<typeof library.validateHMAC>[0];

const platform: Vendor = {
  ...SECRETS,
  preset: { preset: 'adyen' },
  header: 'HmacSignature',
  sign: (body, secret) =>
    call({ HmacSignature: library.calculateHmac(body, secret), Protocol: 'HmacSHA256' }, body),
  verify: (request, secret) =>
    library.validateHMACSignature(secret, headerOf(request, 'HmacSignature'), bodyText(request)),
};

/** Fields that are signed; the library joins whatever they hold. */
const text = fc.string({ unit: 'binary' });
const items = fc.record({
  pspReference: text,
  originalReference: fc.option(text, { nil: undefined }),
  merchantAccountCode: text,
  merchantReference: text,
  amount: fc.record({ value: fc.integer(), currency: fc.constantFrom('EUR', 'USD') }),
  eventCode: fc.constantFrom('AUTHORISATION', 'CAPTURE'),
  success: fc.constantFrom('true', 'false'),
});
type Fields = typeof items extends fc.Arbitrary<infer Value> ? Value : never;

/** What the library takes is wider than its type says: notifications carry more and fewer fields. */
const asItem = (fields: object) => fields as unknown as Item;
const standard = { ...SECRETS, preset: { preset: 'adyen' } } as const;

function signedItem(fields: object, secret = SECRETS.secret) {
  const hmacSignature = library.calculateHmac(asItem(fields), secret);
  return { ...fields, additionalData: { hmacSignature } };
}
const notification = (...list: readonly object[]) =>
  call({}, JSON.stringify({ notificationItems: list.map((item) => ({ NotificationRequestItem: item })) }));
const theirs = (item: object) => library.validateHMAC(asItem(item), SECRETS.secret);

describe('Adyen for platforms', () => {
  itAgrees(platform);

  itIsStricter('base64 has one spelling, not one without its padding', platform, () => {
    const signature = library.calculateHmac('{}', SECRETS.secret);
    return call({ HmacSignature: signature.replace('=', '') }, '{}');
  });
});

describe('Adyen standard webhooks, in agreement with its library', () => {
  test('believes the items it signed', () => {
    fc.assert(
      fc.property(fc.array(items, { minLength: 1, maxLength: 3 }), (list) => {
        const signed = list.map((fields) => signedItem(fields));
        expect(signed.every(theirs)).toBe(true);
        expect(ours(standard, notification(...signed))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('refuses an item with any signed field changed', () => {
    const change = (fields: Fields, name: keyof Fields): object =>
      name === 'amount'
        ? { ...fields, amount: { ...fields.amount, value: fields.amount.value + 1 } }
        : { ...fields, [name]: `${fields[name] ?? ''}x` };
    const names = ['pspReference', 'originalReference', 'merchantReference', 'amount', 'success'] as const;
    fc.assert(
      fc.property(items, fc.constantFrom(...names), (fields, name) => {
        const forged = { ...signedItem(fields), ...change(fields, name) };
        expect(theirs(forged)).toBe(false);
        expect(ours(standard, notification(forged))).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  test('refuses what another secret signed', () => {
    fc.assert(
      fc.property(items, (fields) => {
        const item = signedItem(fields, SECRETS.otherSecret);
        expect(theirs(item)).toBe(false);
        expect(ours(standard, notification(item))).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  test('does not know of changes to fields that are not signed', () => {
    const [fields] = fc.sample(items, { seed: 1, numRuns: 1 });
    const item = { ...signedItem(fields!), reason: 'changed on the way' };
    expect({ ours: ours(standard, notification(item)), theirs: theirs(item) }).toEqual({
      ours: true,
      theirs: true,
    });
  });

  const FIELDS = {
    pspReference: '8515',
    merchantAccountCode: 'Shop',
    merchantReference: 'order:7',
    amount: { value: 1, currency: 'EUR' },
    eventCode: 'CAPTURE',
    success: 'true',
  };
  const first = (request: Parameters<Vendor['verify']>[0]) =>
    theirs(JSON.parse(bodyText(request)).notificationItems[0].NotificationRequestItem);
  const standardVendor: Vendor = { ...platform, verify: first };

  itTakesMore('a colon in a field may be escaped, as some of its documents have it', standardVendor, () => {
    const escaped = library.calculateHmac('8515::Shop:order\\:7:1:EUR:CAPTURE:true', SECRETS.secret);
    return notification({ ...FIELDS, additionalData: { hmacSignature: escaped } });
  });
  itIsStricter('one signed item does not speak for the others', standardVendor, () =>
    notification(signedItem(FIELDS), { ...FIELDS, pspReference: 'forged', additionalData: {} }),
  );
  itIsStricter('a list printed as text is no field', standardVendor, () => {
    const item = { ...FIELDS, merchantReference: ['a', 'b'] };
    return notification(signedItem(item));
  });
});
