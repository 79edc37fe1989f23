import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { type LocalFunction, localFunction } from '../../local/runtime/function.ts';

const logDirectory = mkdtempSync(join(tmpdir(), 'posthorn-'));
const onError = vi.fn();
let fn: LocalFunction;

afterEach(async () => {
  await fn.close();
  onError.mockClear();
});
afterAll(() => rmSync(logDirectory, { recursive: true, force: true }));

function start(spec: { timeoutSeconds?: number; stage?: string } = {}): LocalFunction {
  fn = localFunction(
    {
      name: 'EchoFunction',
      title: 'Echo',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:EchoFunction',
      file: join(import.meta.dirname, 'fixtures/echo/index'),
      handler: 'handler',
      environment: { STAGE: spec.stage ?? 'prod' },
      timeoutSeconds: spec.timeoutSeconds ?? 3,
      memoryMb: 128,
      logLevel: undefined,
    },
    { environment: { AWS_REGION: 'us-east-1' }, logDirectory, onError },
  );
  return fn;
}

test('calls the handler with the event, a context, and no environment but its own', async () => {
  const answer = await start({ stage: 'mine' }).invoke({ hello: 1 });
  expect(answer).toEqual({
    event: { hello: 1 },
    stage: 'mine',
    name: 'EchoFunction',
    remaining: expect.any(Number),
  });
});

test('rejects what the handler threw, and logs it', async () => {
  await expect(start().invoke({ fail: true })).rejects.toThrow('told to fail');
  expect(readFileSync(join(logDirectory, 'Echo.log'), 'utf8')).toContain('told to fail');
});

test('runs calls at the same time', async () => {
  start();
  const slow = fn.invoke({ wait: 300 });
  const quick = await Promise.race([slow.then(() => 'slow'), fn.invoke({}).then(() => 'quick')]);
  expect(quick).toBe('quick');
  await slow;
});

test('gives up a call that takes longer than the function may', async () => {
  await expect(start({ timeoutSeconds: 0.1 }).invoke({ wait: 5000 })).rejects.toThrow(
    'timed out after 0.1 s',
  );
});

test('starts again after the runtime died, and fails only what it was doing', async () => {
  start();
  await expect(fn.invoke({ exit: true })).rejects.toThrow('the runtime exited');
  expect(await fn.invoke({ hello: 2 })).toMatchObject({ event: { hello: 2 } });
});

test('tells of lines logged as errors, and keeps the others to the file', async () => {
  start();
  await fn.invoke({ log: 'INFO' });
  await fn.invoke({ log: 'ERROR' });
  expect(onError).toHaveBeenCalledTimes(1);
  expect(onError.mock.calls[0]?.[1]).toContain('told to log');
});
