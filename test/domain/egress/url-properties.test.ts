import { expect, it } from 'vitest';
import { judgeUrl } from '../../../lambdas/domain/egress/url.ts';
import { NO_ALLOWANCE } from '../../../lambdas/domain/project.ts';
import fc from '../../properties.ts';

const NASTY = fc.constantFrom(
  ...'https://@:#?[].%\\ 0x127',
  'localhost',
  '127.0.0.1',
  '\u200b',
  '\t',
  '.',
  '。',
);

it('no text makes the judge throw, and what is accepted is https with a host', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(NASTY).map((parts) => parts.join('')),
        fc.webUrl(),
      ),
      (text) => {
        const judged = judgeUrl(text, NO_ALLOWANCE);
        if (judged.ok)
          expect(new URL(judged.url)).toMatchObject({ protocol: 'https:', username: '', hash: '' });
        else expect(judged.detail).not.toBe('');
      },
    ),
    { numRuns: 2000 },
  );
});

it('what is accepted is canonical: judged again, it is itself', () => {
  fc.assert(
    fc.property(fc.webUrl({ validSchemes: ['https'], withQueryParameters: true }), (text) => {
      const judged = judgeUrl(text, NO_ALLOWANCE);
      fc.pre(judged.ok);
      expect(judgeUrl(judged.url, NO_ALLOWANCE)).toEqual(judged);
    }),
  );
});

it('a character that hides in the text is refused wherever it stands', () => {
  const hidden = fc.constantFrom(
    '\0',
    '\t',
    '\n',
    '\r',
    ' ',
    '\\',
    '\x7f',
    '\x9f',
    '\xad',
    '\u200e',
    '\u2067',
    '\ufeff',
  );
  const url = 'https://hooks.example.com/in?x=1';
  fc.assert(
    fc.property(hidden, fc.nat(url.length), (character, at) => {
      const text = url.slice(0, at) + character + url.slice(at);
      expect(judgeUrl(text, NO_ALLOWANCE)).toMatchObject({ ok: false, verdict: 'url_forbidden_character' });
    }),
  );
});
