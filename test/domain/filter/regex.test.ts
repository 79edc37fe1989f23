import { describe, expect, test } from 'vitest';
import { parseRegex } from '../../../lambdas/domain/filter/regex-parse.ts';
import { compileRegex, MAX_INSTRUCTIONS } from '../../../lambdas/domain/filter/regex-program.ts';
import { runRegex } from '../../../lambdas/domain/filter/regex-run.ts';
import fc from '../../properties.ts';

function compiled(pattern: string) {
  const parsed = parseRegex(pattern);
  if (!parsed.ok) throw new Error(`${pattern}: ${parsed.failure}`);
  const program = compileRegex(parsed.value);
  if (!program.ok) throw new Error(`${pattern}: ${program.failure}`);
  return program.value;
}

function refusal(pattern: string): string | undefined {
  const parsed = parseRegex(pattern);
  const program = parsed.ok ? compileRegex(parsed.value) : parsed;
  return program.ok ? undefined : program.failure;
}

const matches = (pattern: string, text: string) =>
  runRegex(compiled(pattern), text, Number.POSITIVE_INFINITY).matched;

describe('a pattern', () => {
  test.each([
    ['^order-\\d+$', 'order-17', true],
    ['^order-\\d+$', 'order-17\n', false],
    ['order', 'my order', true],
    ['a|b|', 'x', true],
    ['^(?:a|bc)+$', 'abcbca', true],
    ['^(?:a|bc)+$', 'abca b', false],
    ['^x{2,3}$', 'xxxx', false],
    ['^x{2,}$', 'xxxx', true],
    ['^x{2}?$', 'xx', true],
    ['\\bpaid\\b', 'was paid.', true],
    ['\\bpaid\\b', 'unpaid', false],
    ['\\Baid\\b', 'paid', true],
    ['^.$', '😀', true],
    ['^.$', '\n', false],
    ['^[^a-c\\]-]$', 'd', true],
    ['^[^a-c\\]-]$', ']', false],
    ['^[a-]$', '-', true],
    ['^\\u00e9\\x41$', 'éA', true],
    ['^\\$\\.\\{\\}$', '$.{}', true],
    ['(?i)^Strasse[A-C]$', 'STRASSEb', true],
    ['(?i)^[^a]$', 'A', false],
    ['()', '', true],
  ])('%s on %j: %s', (pattern, text, wanted) => {
    expect(matches(pattern, text)).toBe(wanted);
  });

  test.each([
    ['', /empty/],
    ['a'.repeat(257), /at most 256/],
    ['(a)\\1', /references back/],
    ['(?=a)', /not offered/],
    ['(?!a)', /not offered/],
    ['(?<=a)b', /not offered/],
    ['(?<n>a)', /not offered/],
    ['\\k<n>', /not offered/],
    ['\\p{L}', /not offered/],
    ['*a', /repeats nothing/],
    ['a**', /repeats a repetition/],
    ['a{2}{3}', /repeats a repetition/],
    ['^*', /can not be repeated/],
    ['a{', /begins no count/],
    ['a{,3}', /begins no count/],
    ['a{3,2}', /below its start/],
    ['a{101}', /at most 100/],
    ['a{0,101}', /at most 100/],
    ['(a{100}){100}', /multiply to 10000/],
    ['((((a{99}){99}){99}){99}){99}', /at most 1000/],
    ['}', /stands alone/],
    ['a]', /stands alone/],
    ['(a', /was expected/],
    ['a)', /not opened/],
    ['[a', /was expected/],
    ['[]', /empty class/],
    ['[^]', /empty class/],
    ['[b-a]', /below its start/],
    ['[\\d-z]', /whole classes/],
    ['[a-\\w]', /whole classes/],
    ['a\\', /escapes nothing/],
  ])('%s is refused: it %s', (pattern, why) => {
    expect(refusal(pattern)).toMatch(why);
  });
});

const letter = fc.constantFrom(...'abcAB01_ -.é😀\n');
const atom: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'c',
    'A',
    '0',
    '_',
    ' ',
    'é',
    '😀',
    '.',
    '\\d',
    '\\w',
    '\\s',
    '\\D',
    '\\W',
    '\\S',
    '\\.',
  ),
  fc
    .tuple(
      fc.constantFrom('', '^'),
      fc.array(fc.constantFrom('a', 'b-c', 'A-Z', '\\d', '\\s', 'é', '😀', '_'), {
        minLength: 1,
        maxLength: 3,
      }),
    )
    .map(([negated, members]) => `[${negated}${members.join('')}]`),
);
const place = fc.constantFrom('^', '$', '\\b', '\\B');
const count = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{0,2}', '{1,}', '*?', '+?', '??', '{2,3}?');
const { pattern: anyPattern } = fc.letrec<{ pattern: string; sequence: string; part: string }>((tie) => ({
  pattern: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map((options) => options.join('|')),
  sequence: fc.array(tie('part'), { maxLength: 4 }).map((parts) => parts.join('')),
  part: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.tuple(atom, count).map(([one, times]) => one + times),
    place,
    fc
      .tuple(fc.constantFrom('(', '(?:'), tie('pattern'), count)
      .map(([open, inside, times]) => `${open}${inside})${times}`),
  ),
}));
const texts = fc.array(letter, { maxLength: 8 }).map((letters) => letters.join(''));

test('patterns mean what they mean to JavaScript', () => {
  fc.assert(
    fc.property(anyPattern, texts, (pattern, text) => {
      // V8 finds \B between the halves of a surrogate pair too, where its own rules do not look.
      // Longer ones can keep JavaScript busy for minutes, which is why it is not what runs them.
      fc.pre(
        pattern.length <= 30 &&
          refusal(pattern) === undefined &&
          !(pattern.includes('\\B') && text.includes('😀')),
      );
      expect(matches(pattern, text), `${pattern} on ${JSON.stringify(text)}`).toBe(
        new RegExp(pattern, 'u').test(text),
      );
    }),
    { numRuns: 1_500 },
  );
});

test('what is accepted, JavaScript accepts too; most of what is generated is accepted', () => {
  const junk = fc.string({ unit: fc.constantFrom(...'ab()[]{}|*+?^$\\.-,:=!<1dwu'), maxLength: 12 });
  let accepted = 0;
  fc.assert(
    fc.property(junk, (pattern) => {
      // Outside its classes JavaScript has no escapes of punctuation that means nothing; we do.
      if (refusal(pattern) !== undefined || /\\[-,:=!<]/.test(pattern)) return;
      accepted++;
      expect(() => new RegExp(pattern, 'u'), pattern).not.toThrow();
    }),
    { numRuns: 3_000 },
  );
  expect(accepted).toBeGreaterThan(100);
});

describe('the work of a pattern grows with the text, not faster', () => {
  test.each([
    '(a+)+$',
    '(a|a)*$',
    '(a|aa)+$',
    '(.*a){20}$',
    '(\\w+\\s?)+$',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '(x+x+)+y',
    'a?'.repeat(50) + 'a'.repeat(50),
  ])('%s', (pattern) => {
    const program = compiled(pattern);
    expect(program.length).toBeLessThanOrEqual(MAX_INSTRUCTIONS + 1);
    const workOn = (length: number) =>
      runRegex(program, `${'a'.repeat(length)}!`, Number.POSITIVE_INFINITY).work;
    expect(workOn(2_000)).toBeLessThanOrEqual(2_002 * 2 * program.length);
    expect(workOn(4_000)).toBeLessThanOrEqual(2.1 * workOn(2_000));
  });

  test('and stops at its limit', () => {
    const run = runRegex(compiled('(a|b|c)*d'), 'abc'.repeat(10_000), 1_000);
    expect(run.matched).toBeUndefined();
    expect(run.work).toBeLessThan(1_100);
  });
});
