import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Scheduler, startScheduler } from '../../local/scheduler/server.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:wakes';
const directory = mkdtempSync(join(tmpdir(), 'posthorn-'));
const file = join(directory, 'schedules.jsonl');
const fire = vi.fn(async (_target: string, _input: string) => {});
let scheduler: Scheduler;
let client: SchedulerClient;

async function start(): Promise<void> {
  scheduler = await startScheduler(file, fire);
  scheduler.addGroup('wakes');
  client = new SchedulerClient({
    region: 'us-east-1',
    endpoint: scheduler.address,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}

beforeEach(start);
afterEach(async () => {
  client.destroy();
  await scheduler.close();
  fire.mockReset();
  rmSync(file, { force: true });
});

function at(ms: number): string {
  return `at(${new Date(ms).toISOString().slice(0, 19)})`;
}

function create(name: string, expression: string, more: object = {}) {
  return new CreateScheduleCommand({
    Name: name,
    GroupName: 'wakes',
    ScheduleExpression: expression,
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Target: { Arn: QUEUE, RoleArn: 'arn:aws:iam::000000000000:role/r', Input: '{"v":1}' },
    ...more,
  });
}

const HOUR_MS = 3_600_000;

test('fires a one-time schedule at its time, with its input, and deletes it', async () => {
  const dueAt = Math.floor(Date.now() / 1000) * 1000 + 2000;
  let firedAt = 0;
  fire.mockImplementationOnce(async () => {
    firedAt = Date.now();
  });
  const { ScheduleArn } = await client.send(create('wake-1', at(dueAt)));
  expect(ScheduleArn).toBe('arn:aws:scheduler:us-east-1:000000000000:schedule/wakes/wake-1');
  await vi.waitFor(() => expect(fire).toHaveBeenCalledExactlyOnceWith(QUEUE, '{"v":1}'), 10_000);
  // Node's timers may run a millisecond early.
  expect(firedAt).toBeGreaterThanOrEqual(dueAt - 1);
  await vi.waitFor(async () =>
    expect((await client.send(new ListSchedulesCommand({}))).Schedules).toEqual([]),
  );
});

test('refuses to arm the same name twice, in the words of the real one', async () => {
  await client.send(create('wake-1', at(Date.now() + HOUR_MS)));
  await expect(client.send(create('wake-1', at(Date.now() + HOUR_MS)))).rejects.toMatchObject({
    name: 'ConflictException',
    $metadata: { httpStatusCode: 409 },
  });
});

test.each([
  ['a name with a space', 'wake 1', at(Date.now() + HOUR_MS), 'ValidationException'],
  ['a recurring expression', 'wake-1', 'rate(1 minute)', 'ValidationException'],
  ['a date that is none', 'wake-1', 'at(2026-13-40T00:00:00)', 'ValidationException'],
])('refuses %s', async (_what, name, expression, error) => {
  await expect(client.send(create(name, expression))).rejects.toMatchObject({ name: error });
});

test('refuses a group that does not exist, until it is made', async () => {
  const lost = () => client.send(create('wake-1', at(Date.now() + HOUR_MS), { GroupName: 'other' }));
  await expect(lost()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await client.send(new CreateScheduleGroupCommand({ Name: 'other' }));
  await expect(lost()).resolves.toBeDefined();
});

test('shows a schedule, and forgets a deleted one', async () => {
  const name = { Name: 'wake-1', GroupName: 'wakes' };
  const expression = at(Date.now() + HOUR_MS);
  await client.send(create('wake-1', expression));
  expect(await client.send(new GetScheduleCommand(name))).toMatchObject({ ScheduleExpression: expression });
  await client.send(new DeleteScheduleCommand(name));
  await expect(client.send(new GetScheduleCommand(name))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('keeps armed schedules over a restart and fires those that came due meanwhile', async () => {
  await client.send(create('wake-soon', at(Date.now() + 1000)));
  await client.send(create('wake-later', at(Date.now() + HOUR_MS)));
  await client.send(create('wake-gone', at(Date.now() + HOUR_MS)));
  await client.send(new DeleteScheduleCommand({ Name: 'wake-gone', GroupName: 'wakes' }));
  client.destroy();
  await scheduler.close();
  // A process that ends while it writes leaves half a line.
  appendFileSync(file, '{"put":{"Name":"wake-ha');
  await start();
  await vi.waitFor(() => expect(fire).toHaveBeenCalledTimes(1), 5000);
  await vi.waitFor(async () => {
    const { Schedules } = await client.send(new ListSchedulesCommand({}));
    expect(Schedules?.map((schedule) => schedule.Name)).toEqual(['wake-later']);
  });
});

test('tries again when the target can not be reached', async () => {
  fire.mockRejectedValueOnce(new Error('down'));
  await client.send(create('wake-1', at(Date.now())));
  await vi.waitFor(() => expect(fire).toHaveBeenCalledTimes(2), 5000);
});
