/** A queue between our functions, with the dead-letter queue that catches what our own faults leave. */
import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { EnvName } from '../lambdas/contract/env.ts';
import { DELIVER_BATCH, MAX_RECEIVES, VISIBILITY_TIMES_TIMEOUT } from '../lambdas/contract/functions.ts';
import type { LambdaFunction } from './lambda-function.ts';

/** The most SQS takes in one message since August 2025; queues still default to a quarter of it. */
const MAX_MESSAGE_BYTES = 1_048_576;
/** The most SQS offers: a fault of ours found after a long weekend must still find its messages. */
const MESSAGE_RETENTION = Duration.days(14);

export interface WorkQueueProps {
  /** Of the function that consumes it. */
  readonly timeout: Duration;
  /** Functions told to find this queue get its URL under this name. */
  readonly urlEnv: EnvName;
}

export class WorkQueue extends Construct {
  readonly queue: sqs.Queue;
  readonly deadLetters: sqs.Queue;
  /** How long a received message stays hidden. */
  readonly visibility: Duration;
  readonly #urlEnv: EnvName;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    this.#urlEnv = props.urlEnv;
    this.visibility = Duration.seconds(props.timeout.toSeconds() * VISIBILITY_TIMES_TIMEOUT);
    const common = {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      maxMessageSizeBytes: MAX_MESSAGE_BYTES,
      retentionPeriod: MESSAGE_RETENTION,
    };
    this.deadLetters = new sqs.Queue(this, 'DeadLetters', common);
    this.queue = new sqs.Queue(this, 'Queue', {
      ...common,
      visibilityTimeout: this.visibility,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
  }

  /** Sending, and where to. */
  grantSend(fn: LambdaFunction): void {
    fn.allow(['sqs:SendMessage'], [this.queue.queueArn]);
    fn.provide({ [this.#urlEnv]: this.queue.queueUrl });
  }

  /** Makes a function work off this queue. It must answer with the failed messages of a batch; the rest is done. */
  feed(fn: LambdaFunction, maxConcurrency: number): void {
    fn.allow(
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
      [this.queue.queueArn],
    );
    fn.provide({ [this.#urlEnv]: this.queue.queueUrl });
    new lambda.EventSourceMapping(fn, 'Feed', {
      target: fn.lambda,
      eventSourceArn: this.queue.queueArn,
      batchSize: DELIVER_BATCH,
      maxConcurrency,
      // Without it one failed message brings the whole batch back, what was delivered included.
      reportBatchItemFailures: true,
    });
  }
}
