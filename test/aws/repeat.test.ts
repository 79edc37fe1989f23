import { describe, expect, it } from 'vitest';
import { faultOf } from '../../lambdas/aws/fault.ts';
import { createRepeat } from '../../lambdas/aws/repeat.ts';

const reset = (): Error => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
const answered = (status: number, type = ''): Error =>
  faultOf('GetItem', { status, headers: {}, body: JSON.stringify({ __type: type }) });

function repeating(random = 1) {
  const waits: number[] = [];
  const sleep = async (ms: number): Promise<void> => void waits.push(ms);
  return { waits, repeat: createRepeat({ sleep, random: () => random }) };
}

/** Fails in turn with these, then succeeds. */
function failing(...errors: readonly Error[]) {
  const left = [...errors];
  let calls = 0;
  return {
    calls: () => calls,
    attempt: async (): Promise<string> => {
      calls++;
      const error = left.shift();
      if (error !== undefined) throw error;
      return 'answer';
    },
  };
}

describe('a call that failed', () => {
  it.each([
    ['a lost connection', reset()],
    ['an answer that did not come', Object.assign(new Error(), { name: 'TimeoutError' })],
    ['a name that was not found', Object.assign(new Error(), { code: 'EAI_AGAIN' })],
    ['every address refusing', new AggregateError([Object.assign(new Error(), { code: 'ECONNREFUSED' })])],
    ['500', answered(500, 'InternalServerError')],
    ['503', answered(503)],
    [
      'a signature that lay frozen',
      Object.assign(answered(400, 'x#InvalidSignatureException'), { message: 'Signature expired: …' }),
    ],
  ])('is tried again after %s', async (_, error) => {
    const { repeat, waits } = repeating();
    const { attempt } = failing(error, error);
    expect(await repeat(attempt)).toBe('answer');
    expect(waits).toEqual([100, 200]);
  });

  it.each(['ThrottlingException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded'])(
    'waits longer after %s',
    async (name) => {
      const { repeat, waits } = repeating();
      const { attempt } = failing(answered(400, name), answered(400, name));
      expect(await repeat(attempt)).toBe('answer');
      expect(waits).toEqual([500, 1000]);
    },
  );

  it('waits for anything from nothing to all of it', async () => {
    const { repeat, waits } = repeating(0.25);
    await repeat(failing(reset(), reset()).attempt);
    expect(waits).toEqual([25, 50]);
  });

  it('is given up after the third try, with its last error', async () => {
    const last = reset();
    const { attempt, calls } = failing(reset(), answered(503), last);
    await expect(repeating().repeat(attempt)).rejects.toBe(last);
    expect(calls()).toBe(3);
  });

  it.each(['ConditionalCheckFailedException', 'ValidationException', 'AccessDeniedException'])(
    'is not tried again after %s',
    async (name) => {
      const { attempt, calls } = failing(answered(400, name));
      await expect(repeating().repeat(attempt)).rejects.toMatchObject({ name });
      expect(calls()).toBe(1);
    },
  );

  it('is not tried again once a hundred repeats brought nothing, until calls succeed', async () => {
    const { repeat } = repeating();
    const triesOf = async (): Promise<number> => {
      const { attempt, calls } = failing(reset(), reset(), reset());
      await repeat(attempt).catch(() => {});
      return calls();
    };
    for (let i = 0; i < 50; i++) expect(await triesOf()).toBe(3);
    expect(await triesOf()).toBe(1);
    for (let i = 0; i < 5; i++) await repeat(failing().attempt);
    expect(await triesOf()).toBe(2);
  });
});
