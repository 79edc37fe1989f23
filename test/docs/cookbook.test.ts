/** The worked examples of the pages, run through what runs them for events. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../lambdas/domain/filter/evaluate.ts';
import { parseFilter } from '../../lambdas/domain/filter/parse.ts';
import { type Filterable, subjectOf } from '../../lambdas/domain/filter/subject.ts';
import { matchEndpoints } from '../../lambdas/domain/routing.ts';
import { aSubscription, ENDPOINT_ID } from '../factories.ts';
import { type Block, sectionsOf } from './code-blocks.ts';

/** What came before in the section. */
interface Recipe {
  filter?: unknown;
  event?: Filterable;
}

/** What each tag means. A page with another one fails: nothing is shown that is not run. */
const STEPS: Readonly<Record<string, (block: Block, recipe: Recipe) => void>> = {
  filter({ text }, recipe) {
    recipe.filter = JSON.parse(text);
  },
  event({ text }, recipe) {
    const { path, query, headers = {}, body } = JSON.parse(text);
    recipe.event = {
      contentType: 'application/json',
      headers: path === undefined ? headers : {},
      body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
      ...(path !== undefined && { inbound: { path, query, headers } }),
    };
  },
  matches({ text }, recipe) {
    expect(verdictOf(recipe)).toBe(text);
  },
};

/** `yes`, or `no:` and what failed; the matcher and its explanation have to agree. */
function verdictOf({ filter, event }: Recipe): string {
  const parsed = parseFilter(filter);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.failure));
  const subscription = aSubscription({ filter: JSON.stringify(filter) });
  const endpoints = matchEndpoints([subscription], { type: 'order.made' }, subjectOf(event!));
  const verdict = evaluate(parsed.value, subjectOf(event!));
  expect(endpoints).toEqual(verdict.matched ? [ENDPOINT_ID] : []);
  if (verdict.matched) return 'yes';
  return `no: ${verdict.failed.map(({ path, reason }) => `${path} ${reason}`).join(', ')}`;
}

describe.each(['routing.md'])('docs/%s', (page) => {
  const sections = sectionsOf(readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8'));

  test.each(sections)('$title', ({ blocks }) => {
    expect(blocks.some(({ tag }) => tag === 'matches')).toBe(true);
    const recipe: Recipe = {};
    for (const block of blocks) {
      const step = STEPS[block.tag];
      if (step === undefined) throw new Error(`line ${block.line}: nothing runs "${block.tag}" blocks`);
      step(block, recipe);
    }
  });

  test('has ten worked examples at least', () => {
    expect(sections.length).toBeGreaterThanOrEqual(10);
  });
});
