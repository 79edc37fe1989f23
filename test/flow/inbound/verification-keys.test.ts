import { describe, expect, test } from 'vitest';
import { memoryClock } from '../../../lambdas/adapters/memory/clock.ts';
import { memoryLog } from '../../../lambdas/adapters/memory/log.ts';
import type { HttpResult } from '../../../lambdas/domain/delivery/outcome.ts';
import { createVerificationKeys } from '../../../lambdas/flow/inbound/verification-keys.ts';
import { NOW, noAnswer } from '../../factories.ts';

const URL = 'https://sns.eu-west-1.amazonaws.com/key.pem';
const HOUR_MS = 3600_000;

function keysUnderTest() {
  const clock = memoryClock(NOW);
  const asked: string[] = [];
  const world = { answer: (url: string): HttpResult => found(`key of ${url}`) };
  const keys = createVerificationKeys({
    clock,
    log: memoryLog(),
    http: {
      async get({ url }) {
        asked.push(url);
        return world.answer(url);
      },
    },
  });
  const keysAt = (url: string, refresh: boolean, source = 'src_1') => keys.keysAt(url, refresh, source);
  return { clock, asked, world, keysAt };
}

function found(text: string, statusCode = 200): HttpResult {
  const response = { headers: {}, body: Buffer.from(text), truncated: false };
  return { kind: 'response', statusCode, response, durationMs: 1, phases: {} };
}

describe('a public key', () => {
  test('is fetched once for many calls, those at the same moment among them', async () => {
    const { keysAt, asked } = keysUnderTest();
    const answers = await Promise.all([keysAt(URL, false), keysAt(URL, false)]);
    expect([...answers, await keysAt(URL, false)]).toEqual(Array(3).fill(`key of ${URL}`));
    expect(asked).toHaveLength(1);
  });

  test('is looked for again when it is unknown, once a minute at most', async () => {
    const { keysAt, asked, clock } = keysUnderTest();
    await keysAt(URL, false);
    await keysAt(URL, true);
    expect(asked).toHaveLength(1);
    clock.advance(60_000);
    await keysAt(URL, true);
    await keysAt(URL, true);
    expect(asked).toHaveLength(2);
  });

  test('that is old serves while there is no newer one to be had, for a day', async () => {
    const { keysAt, world, clock } = keysUnderTest();
    await keysAt(URL, false);
    world.answer = () => noAnswer();
    clock.advance(23 * HOUR_MS);
    expect(await keysAt(URL, false)).toBe(`key of ${URL}`);
    clock.advance(2 * HOUR_MS);
    expect(await keysAt(URL, false)).toBeUndefined();
  });

  test.each([
    ['a page that is none', found('Not found', 404)],
    ['silence', noAnswer()],
    ['a fault of ours', { kind: 'our_fault', detail: 'x' } as const],
  ])('is not had from %s, and not asked for again at once', async (_, answer) => {
    const { keysAt, asked, world } = keysUnderTest();
    world.answer = () => answer;
    expect(await keysAt(URL, false)).toBeUndefined();
    expect(await keysAt(URL, false)).toBeUndefined();
    expect(asked).toHaveLength(1);
  });

  test('made-up addresses are asked for sixty times a minute at most, and push no real key out', async () => {
    const { keysAt, asked, world, clock } = keysUnderTest();
    await keysAt(URL, false);
    world.answer = () => found('', 404);
    for (let minute = 0; minute < 30; minute++) {
      for (let i = 0; i < 100; i++)
        await keysAt(`https://sns.eu-west-1.amazonaws.com/${minute}-${i}.pem`, false);
      clock.advance(60_000);
    }
    expect(asked.length).toBeLessThanOrEqual(1 + 30 * 60);
    expect(await keysAt(URL, false)).toBe(`key of ${URL}`);
  });

  test('of one source is had while strangers make up addresses for another', async () => {
    const { keysAt, world } = keysUnderTest();
    world.answer = () => found('', 404);
    for (let i = 0; i < 100; i++) await keysAt(`${URL}?${i}`, false, 'src_flooded');
    world.answer = (url) => found(`key of ${url}`);
    expect(await keysAt(URL, false, 'src_flooded')).toBeUndefined();
    expect(await keysAt(URL, false, 'src_other')).toBe(`key of ${URL}`);
  });
});
