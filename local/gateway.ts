/** The deployed stack, running: functions, what feeds them, and the schedules that wake them. */
import { randomUUID } from 'node:crypto';
import { callAws } from './aws-json.ts';
import { provision } from './emulators/provision.ts';
import type { Emulators } from './emulators/start.ts';
import { type Poller, startPoller } from './poller.ts';
import { type AwsEndpoints, awsEnvironment } from './runtime/environment.ts';
import { type LocalFunction, localFunction } from './runtime/function.ts';
import { type Scheduler, startScheduler } from './scheduler/server.ts';
import { queueOfTopic, toSnsEvent } from './sns-events.ts';
import { ACCOUNT, REGION } from './template/intrinsics.ts';
import { nameOfArn, queueUrl } from './template/names.ts';
import type { LocalStack, ScheduleSpec } from './template/stack.ts';

export interface Gateway {
  readonly endpoints: AwsEndpoints;
  fn(name: string): LocalFunction;
  /** Lets queues and schedules call their functions. */
  feed(): void;
  close(): Promise<void>;
}

export interface GatewayOptions {
  readonly stack: LocalStack;
  readonly emulators: Emulators;
  /** Where armed schedules are kept. */
  readonly schedulesFile: string | undefined;
  readonly logDirectory: string;
  readonly onFunctionError: (title: string, line: string) => void;
}

/** Batches of one queue in flight here, whatever the template allows: it is one machine. */
const MAX_CONCURRENT_BATCHES = 20;
/** What is in flight when stopping gets this long. */
const PATIENCE_MS = 3000;

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { stack, emulators } = options;
  await provision(stack, emulators);
  const scheduler = await startScheduler(options.schedulesFile, (targetArn, input) =>
    sendTo(emulators.sqs, targetArn, input),
  );
  for (const group of stack.scheduleGroups) scheduler.addGroup(group);
  const endpoints = endpointsOf(emulators, scheduler);
  const functions = new Map(
    stack.functions.map((spec) => [
      spec.name,
      localFunction(spec, {
        environment: awsEnvironment(endpoints),
        logDirectory: options.logDirectory,
        onError: options.onFunctionError,
      }),
    ]),
  );
  const fn = (name: string) => {
    const found = functions.get(name);
    if (found === undefined) throw new Error(`template: there is no function ${name}`);
    return found;
  };
  // The first requests come in a moment; the other functions load when they are first needed.
  for (const { functionName, stage } of stack.routes) if (stage === undefined) fn(functionName).warm();
  const pollers: Poller[] = [];
  const recurring: NodeJS.Timeout[] = [];
  return {
    endpoints,
    fn,
    feed: () => {
      for (const mapping of stack.mappings) {
        pollers.push(
          startPoller({
            sqs: emulators.sqs,
            queueUrl: queueUrl(emulators.sqs, nameOfArn(mapping.queueArn)),
            queueArn: mapping.queueArn,
            batchSize: mapping.batchSize,
            concurrency: Math.min(mapping.maxConcurrency ?? MAX_CONCURRENT_BATCHES, MAX_CONCURRENT_BATCHES),
            reportsItemFailures: mapping.reportsItemFailures,
            invoke: fn(mapping.functionName).invoke,
          }),
        );
      }
      for (const { topicArn, functionName } of stack.subscriptions) {
        const name = queueOfTopic(nameOfArn(topicArn));
        const { invoke } = fn(functionName);
        pollers.push(
          startPoller({
            sqs: emulators.sqs,
            queueUrl: queueUrl(emulators.sqs, name),
            queueArn: name,
            // SNS calls a function once for each message.
            batchSize: 1,
            concurrency: MAX_CONCURRENT_BATCHES,
            reportsItemFailures: false,
            invoke: (event) => invoke(toSnsEvent(bodyOf(event), topicArn)),
          }),
        );
      }
      for (const schedule of stack.schedules) recurring.push(repeat(schedule, fn(schedule.functionName)));
    },
    close: async () => {
      for (const timer of recurring) clearInterval(timer);
      await Promise.all(pollers.map((poller) => poller.stop(PATIENCE_MS)));
      await scheduler.close();
      await Promise.all([...functions.values()].map((each) => each.close()));
    },
  };
}

function endpointsOf(emulators: Emulators, scheduler: Scheduler): AwsEndpoints {
  return {
    dynamodb: emulators.dynamodb,
    sqs: emulators.sqs,
    s3: emulators.sqs,
    sns: emulators.sqs,
    scheduler: scheduler.address,
    sesv2: emulators.mail,
  };
}

function bodyOf(event: unknown): string {
  return (event as { readonly Records: readonly [{ readonly body: string }] }).Records[0].body;
}

async function sendTo(sqs: string, queueArn: string, body: string): Promise<void> {
  await callAws(sqs, 'sqs', 'SendMessage', {
    QueueUrl: queueUrl(sqs, nameOfArn(queueArn)),
    MessageBody: body,
  });
}

/** A run that fails is logged by the function; the next one comes by itself. */
function repeat(schedule: ScheduleSpec, fn: LocalFunction): NodeJS.Timeout {
  return setInterval(() => void fn.invoke(eventOf(schedule)).catch(() => {}), schedule.everyMs);
}

/** What EventBridge Scheduler sends when the target has no input of its own. */
function eventOf(schedule: ScheduleSpec): unknown {
  if (schedule.input !== undefined) return JSON.parse(schedule.input);
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: ACCOUNT,
    time: new Date().toISOString(),
    region: REGION,
    resources: [],
    detail: '{}',
  };
}
