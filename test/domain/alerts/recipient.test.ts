import { expect, it } from 'vitest';
import { maskedAddress, recipientName } from '../../../lambdas/domain/alerts/recipient.ts';

it.each([
  ['owner@customer.example', 'o***@customer.example'],
  ['"a@b"@customer.example', '"***@customer.example'],
  ['@customer.example', '***@customer.example'],
  ['nobody', '***'],
])('%s is shown as %s', (address, shown) => {
  expect(maskedAddress(address)).toBe(shown);
});

it('an address has one name, and the name does not tell it', () => {
  expect(recipientName('Owner@customer.example')).toBe(recipientName('owner@customer.example'));
  expect(recipientName('owner@customer.example')).toMatch(/^mail-[0-9a-f]{10}$/);
});
