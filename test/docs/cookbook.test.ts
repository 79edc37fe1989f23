/** The worked examples of the pages, run through what runs them for events. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { inProcessTransformer } from '../../lambdas/adapters/jsonata/in-process.ts';
import { memoryClock } from '../../lambdas/adapters/memory/clock.ts';
import type { InboundCall } from '../../lambdas/domain/event.ts';
import { evaluate } from '../../lambdas/domain/filter/evaluate.ts';
import { parseFilter } from '../../lambdas/domain/filter/parse.ts';
import { type Filterable, subjectOf } from '../../lambdas/domain/filter/subject.ts';
import type { Forward } from '../../lambdas/domain/rewrite/forward.ts';
import { matchEndpoints } from '../../lambdas/domain/routing.ts';
import { rewriteEvent } from '../../lambdas/flow/deliver/rewrite-event.ts';
import { anEndpoint, anEventToSend, aSubscription, ENDPOINT_ID, NOW } from '../factories.ts';
import { type Block, sectionsOf } from './code-blocks.ts';

/** What came before in the section. */
interface Recipe {
  filter?: unknown;
  event?: Filterable;
  call?: InboundCall;
  forward?: Forward;
  transformation?: string;
}

/** What each tag means. A page with another one fails: nothing is shown that is not run. */
const STEPS: Readonly<Record<string, (block: Block, recipe: Recipe) => void | Promise<void>>> = {
  filter({ text }, recipe) {
    recipe.filter = JSON.parse(text);
  },
  event({ text }, recipe) {
    const { method = 'POST', path, query, headers = {}, body } = JSON.parse(text);
    recipe.call = path && { source: 'src_1', method, path, query, headers, address: '192.0.2.1' };
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
  forward({ text }, recipe) {
    recipe.forward = JSON.parse(text);
  },
  transformation({ text }, recipe) {
    recipe.transformation = text;
  },
  async sends({ text }, recipe) {
    const sent = await sentOf(recipe);
    expect(typeof sent === 'string' ? sent : JSON.stringify(sent)).toBe(
      typeof sent === 'string' ? text : JSON.stringify(JSON.parse(text)),
    );
  },
};

const URL_OF_ALL = 'https://orders.example.com/hooks';

/** What goes out of the event, or `held:` and why it doesn't. */
async function sentOf({ event, call, forward, transformation }: Recipe): Promise<object | string> {
  const rewriting = {
    ...(forward !== undefined && { forward }),
    ...(transformation !== undefined && { transformation }),
  };
  const rewritten = await rewriteEvent(
    {
      clock: memoryClock(NOW),
      rewriting: {
        subscriptions: { subscription: async () => aSubscription(rewriting) },
        transformer: inProcessTransformer(),
      },
    },
    anEventToSend({ body: event!.body ?? new Uint8Array(), ...(call && { inbound: call }) }),
    anEndpoint({ url: URL_OF_ALL }),
    aSubscription().id,
  );
  if (rewritten.do === 'cancel') throw new Error('its subscription is there');
  if (rewritten.do === 'hold') return `held: ${rewritten.result.detail}`;
  const { method, url, event: sent } = rewritten.outgoing;
  return { method, url, headers: sent.headers, body: JSON.parse(Buffer.from(sent.body).toString()) };
}

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

  test.each(sections)('$title', async ({ blocks }) => {
    expect(blocks.some(({ tag }) => tag === 'matches' || tag === 'sends')).toBe(true);
    const recipe: Recipe = {};
    for (const block of blocks) {
      const step = STEPS[block.tag];
      if (step === undefined) throw new Error(`line ${block.line}: nothing runs "${block.tag}" blocks`);
      await step(block, recipe);
    }
  });

  test('has ten worked examples at least', () => {
    expect(sections.length).toBeGreaterThanOrEqual(10);
  });
});
