/** Runs one function of the template: its bundle in a thread, many calls at once, as many environments would take. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Worker } from 'node:worker_threads';
import type { FunctionSpec } from '../template/stack.ts';
import { startThread } from '../threads.ts';

export interface LocalFunction {
  readonly spec: FunctionSpec;
  /** The handler's answer, as it went through JSON. Rejects when the handler threw or took longer than it may. */
  invoke(event: unknown): Promise<unknown>;
  /** Loads the bundle before the first call comes. */
  warm(): void;
  close(): Promise<void>;
}

export interface FunctionOptions {
  /** Added to the function's own environment: what Lambda would add. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logDirectory: string;
  /** Lines the function logged as errors. */
  readonly onError: (title: string, line: string) => void;
}

/** Calls running at once; more wait, as Lambda would have to start environments. */
const MAX_CONCURRENT = 100;

interface Call {
  readonly event: unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Answer {
  readonly id?: number;
  readonly result?: string;
  readonly error?: string;
  readonly log?: string;
}

/** The thread starts with the first call, and again after it died. */
export function localFunction(spec: FunctionSpec, options: FunctionOptions): LocalFunction {
  let worker: Worker | undefined;
  let lastId = 0;
  const running = new Map<number, Call & { timer: NodeJS.Timeout }>();
  const waiting: Call[] = [];

  function start(): Worker {
    const started = startThread('runtime/function.worker.ts', {
      env: { ...options.environment, ...lambdaEnvironment(spec), ...spec.environment },
      workerData: startData(spec, options.logDirectory),
      stdout: true,
      stderr: true,
    });
    started.on('message', (answer: Answer) => {
      if (answer.log !== undefined) options.onError(spec.title, answer.log);
      if (answer.id !== undefined) settle(answer.id, answer);
    });
    started.on('error', (error) => options.onError(spec.title, String(error.stack ?? error)));
    started.on('exit', () => {
      if (worker === started) worker = undefined;
      for (const id of [...running.keys()]) settle(id, { error: `${spec.title}: the runtime exited` });
    });
    return started;
  }

  function settle(id: number, { result, error }: Answer): void {
    const call = running.get(id);
    if (call === undefined) return;
    running.delete(id);
    clearTimeout(call.timer);
    if (error === undefined) call.resolve(result === undefined ? null : JSON.parse(result));
    else call.reject(new Error(error));
    const next = waiting.shift();
    if (next !== undefined) run(next);
  }

  function run(call: Call): void {
    const id = ++lastId;
    const limitMs = spec.timeoutSeconds * 1000;
    const timedOut = { error: `${spec.title}: timed out after ${spec.timeoutSeconds} s` };
    const timer = setTimeout(() => {
      options.onError(spec.title, timedOut.error);
      settle(id, timedOut);
    }, limitMs);
    running.set(id, { ...call, timer });
    worker ??= start();
    worker.postMessage({ id, event: call.event, requestId: randomUUID(), deadline: Date.now() + limitMs });
  }

  return {
    spec,
    invoke: (event) =>
      new Promise((resolve, reject) => {
        const call = { event, resolve, reject };
        if (running.size < MAX_CONCURRENT) run(call);
        else waiting.push(call);
      }),
    warm: () => {
      worker ??= start();
    },
    close: async () => {
      await worker?.terminate();
    },
  };
}

function startData(spec: FunctionSpec, logDirectory: string) {
  const ending = ['.mjs', '.js', '.cjs'].find((candidate) => existsSync(spec.file + candidate));
  if (ending === undefined) throw new Error(`${spec.title}: there is no bundle at ${spec.file}`);
  return {
    file: pathToFileURL(spec.file + ending).href,
    handler: spec.handler,
    logFile: join(logDirectory, `${spec.title}.log`),
    context: {
      functionName: spec.name,
      functionVersion: '$LATEST',
      invokedFunctionArn: spec.arn,
      memoryLimitInMB: String(spec.memoryMb),
      logGroupName: `/aws/lambda/${spec.name}`,
      logStreamName: 'local',
    },
  };
}

function lambdaEnvironment(spec: FunctionSpec): Record<string, string> {
  return {
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    AWS_LAMBDA_LOG_FORMAT: 'JSON',
    ...(spec.logLevel !== undefined && { AWS_LAMBDA_LOG_LEVEL: spec.logLevel }),
  };
}
