import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { describe, expect, it } from 'vitest';
import { memoryWakeTimer } from '../../lambdas/adapters/memory/wakes.ts';
import { schedulerWakeTimer } from '../../lambdas/adapters/scheduler/wake-timer.ts';
import { MINUTE_MS, wakeName } from '../../lambdas/domain/delivery/wake.ts';
import { ENDPOINT_ID, PROJECT_ID } from '../factories.ts';
import { AWS } from './emulators.ts';

const WAKE = { project: PROJECT_ID, endpoint: ENDPOINT_ID, minute: 29_926_000 };
const TARGET = { group: 'wakes', queueArn: 'arn:queue', roleArn: 'arn:role' } as const;

/** A client that answers by itself and keeps what it was asked. */
function answering(answer: (input: unknown) => unknown) {
  const client = new SchedulerClient(AWS);
  const asked: unknown[] = [];
  client.middlewareStack.add(
    () => async (args) => {
      asked.push(args.input);
      return { response: {}, output: { $metadata: {}, ...(answer(args.input) as object) } };
    },
    { step: 'initialize', name: 'answer' },
  );
  return { client, asked };
}

describe('wake timer', () => {
  it('asks for one schedule that sends the wake at its minute and deletes itself', async () => {
    const { client, asked } = answering(() => ({ ScheduleArn: 'arn:schedule' }));
    await schedulerWakeTimer({ client, ...TARGET }).arm(WAKE);
    expect(asked).toEqual([
      {
        Name: `wake-${ENDPOINT_ID}-29926000`,
        GroupName: 'wakes',
        ScheduleExpression: 'at(2026-11-24T22:40:00)',
        ScheduleExpressionTimezone: 'UTC',
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: {
          Arn: 'arn:queue',
          RoleArn: 'arn:role',
          Input: JSON.stringify({ v: 1, project: PROJECT_ID, endpoint: ENDPOINT_ID, minute: 29_926_000 }),
        },
      },
    ]);
    expect(wakeName(WAKE)).toMatch(/^[0-9a-zA-Z-_.]{1,64}$/);
  });

  it('takes a schedule that exists for the same wake', async () => {
    const { client } = answering(() => {
      throw Object.assign(new Error('exists'), { name: 'ConflictException' });
    });
    await expect(schedulerWakeTimer({ client, ...TARGET }).arm(WAKE)).resolves.toBeUndefined();
  });

  it('throws everything else', async () => {
    const { client } = answering(() => {
      throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    });
    await expect(schedulerWakeTimer({ client, ...TARGET }).arm(WAKE)).rejects.toThrow('slow down');
  });

  it('in memory fires each wake once, at its minute', async () => {
    const timer = memoryWakeTimer();
    await timer.arm(WAKE);
    await timer.arm({ ...WAKE, minute: WAKE.minute - 1 });
    await timer.arm(WAKE);
    expect(timer.armed()).toHaveLength(2);
    expect(timer.fire((WAKE.minute - 1) * MINUTE_MS - 1)).toEqual([]);
    expect(timer.fire(WAKE.minute * MINUTE_MS).map((wake) => wake.minute)).toEqual([
      WAKE.minute - 1,
      WAKE.minute,
    ]);
    expect(timer.armed()).toEqual([]);
  });
});
