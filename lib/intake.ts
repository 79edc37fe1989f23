/** Accepting: the HTTP API, the door for third parties, the publish queue, and the functions behind them. */
import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ENV } from '../lambdas/contract/env.ts';
import { FUNCTIONS } from '../lambdas/contract/functions.ts';
import { HttpApi } from './http-api.ts';
import { InboundDoor } from './inbound-door.ts';
import { type FunctionContext, LambdaFunction } from './lambda-function.ts';
import { WorkQueue } from './work-queue.ts';

/** What the HTTP API waits for an answer, at most, less the time to send it. */
const HTTP_TIMEOUT = Duration.seconds(29);
const PUBLISH_QUEUE_TIMEOUT = Duration.seconds(30);
/** Mostly waits for DynamoDB and SQS; a request is 6 MB at most. */
const PUBLISH_MEMORY_MB = 256;
/** Ten messages of 1 MiB are read and parsed together. */
const PUBLISH_QUEUE_MEMORY_MB = 512;
const API_MEMORY_MB = 512;
/** Like publishing, and checks signatures: some senders give up after three seconds, cold start included. */
const INBOUND_MEMORY_MB = 512;
/** Ten messages each: far above what one queue is sent, and far below an account's limit of a thousand. */
const PUBLISH_QUEUE_CONCURRENCY = 50;

export class Intake extends Construct {
  readonly publish: LambdaFunction;
  readonly api: LambdaFunction;
  readonly publishQueue: LambdaFunction;
  readonly inbound: LambdaFunction;
  readonly http: HttpApi;
  readonly door: InboundDoor;
  /** Others publish here: `intake.queue.queue.grantSendMessages(theirs)` in code, or the setting `publishers`. */
  readonly queue: WorkQueue;

  constructor(scope: Construct, id: string, context: FunctionContext) {
    super(scope, id);
    this.publish = new LambdaFunction(this, 'Publish', {
      ...context,
      name: FUNCTIONS.publish,
      description: 'Accepts events over HTTPS',
      timeout: HTTP_TIMEOUT,
      memoryMb: PUBLISH_MEMORY_MB,
    });
    this.api = new LambdaFunction(this, 'Api', {
      ...context,
      name: FUNCTIONS.api,
      description: 'Endpoints, subscriptions, and looking events and deliveries up',
      timeout: HTTP_TIMEOUT,
      memoryMb: API_MEMORY_MB,
    });
    this.inbound = new LambdaFunction(this, 'Inbound', {
      ...context,
      name: FUNCTIONS.inbound,
      description: 'Takes webhooks of third parties in',
      timeout: HTTP_TIMEOUT,
      memoryMb: INBOUND_MEMORY_MB,
    });
    const { keyRatePerSecond, keyBurst } = context.settings;
    for (const fn of [this.publish, this.api]) {
      fn.provide({ [ENV.keyRatePerSecond]: String(keyRatePerSecond), [ENV.keyBurst]: String(keyBurst) });
    }
    this.publishQueue = new LambdaFunction(this, 'PublishQueue', {
      ...context,
      name: FUNCTIONS.publishQueue,
      description: 'Accepts events from the publish queue, and fans large ones out',
      timeout: PUBLISH_QUEUE_TIMEOUT,
      memoryMb: PUBLISH_QUEUE_MEMORY_MB,
      // A page of matching endpoints a round, and they end.
      callsItself: true,
    });
    this.queue = new WorkQueue(this, 'Published', {
      timeout: PUBLISH_QUEUE_TIMEOUT,
      urlEnv: ENV.publishQueueUrl,
    });
    this.queue.feed(this.publishQueue, PUBLISH_QUEUE_CONCURRENCY);
    for (const publisher of context.settings.publishers) {
      this.queue.queue.grantSendMessages(principal(publisher));
    }
    this.http = new HttpApi(this, 'Http', { ...context, publish: this.publish, api: this.api });
    this.door = new InboundDoor(this, 'Door', { ...context, inbound: this.inbound });
    for (const fn of [this.api, this.inbound]) fn.provide({ [ENV.inboundUrl]: this.door.url });
  }
}

function principal(publisher: string): iam.IPrincipal {
  return publisher.startsWith('arn:') ? new iam.ArnPrincipal(publisher) : new iam.AccountPrincipal(publisher);
}
