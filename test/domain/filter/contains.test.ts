import { describe, expect, test } from 'vitest';
import { containsText } from '../../../lambdas/domain/filter/contains.ts';
import fc from '../../properties.ts';

describe('a long part in a text', () => {
  test('is found wherever it is', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 33, maxLength: 60 });
    fc.assert(
      fc.property(letters, letters, letters, (before, part, after) => {
        expect(containsText(before + part + after, part)).toBe(true);
        expect(containsText(before + after, part)).toBe((before + after).includes(part));
      }),
    );
  });

  test('is looked for once along the text, however much it repeats itself', () => {
    const half = 'x'.repeat(3_500);
    const text = 'x'.repeat(1_000_000);
    const began = performance.now();
    expect(containsText(text, `${half}y${half}`)).toBe(false);
    // Comparing all with all takes seconds.
    expect(performance.now() - began).toBeLessThan(500);
  });
});
