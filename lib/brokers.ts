/** Queues, topics, buses and streams of the operator's whose messages become events: one function, and what feeds it. */
import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { SettingOf } from '../lambdas/contract/brokers.ts';
import { ENV } from '../lambdas/contract/env.ts';
import { FUNCTIONS } from '../lambdas/contract/functions.ts';
import { brokersText } from '../lambdas/contract/read-brokers.ts';
import { acknowledge } from './acknowledge.ts';
import { ATTACH_POLLERS, permissionsOf } from './broker-permissions.ts';
import { isPolled, isStream, mappingOf, type PolledSetting, readsInNetwork } from './broker-reading.ts';
import { type FunctionContext, LambdaFunction } from './lambda-function.ts';

/** Queues hide messages for 30 s by default, and Lambda reads none that hides them for less than the function may take. */
const TIMEOUT = Duration.seconds(30);
/** A batch is 6 MB at most, read and parsed. */
const MEMORY_MB = 512;
/** The most SQS offers. */
const RETENTION = Duration.days(14);
/** Both as long and as often as they offer: what they then give up goes to the dead-letter queue. */
const PUSH_AGE_SECONDS = 6 * 3600;
const PUSH_RETRIES = 2;
const BUS_AGE_SECONDS = 24 * 3600;
const BUS_RETRIES = 185;

export class Brokers extends Construct {
  readonly fn: LambdaFunction;
  /** What Lambda, SNS and EventBridge gave up. Queues and Amazon MQ have their own. */
  readonly deadLetters: sqs.Queue;
  readonly streams: boolean;

  constructor(scope: Construct, id: string, context: FunctionContext) {
    super(scope, id);
    const { brokers, name: gateway } = context.settings;
    this.streams = brokers.some(isStream);
    this.deadLetters = this.#makeDeadLetters();
    this.fn = new LambdaFunction(this, 'Broker', {
      ...context,
      name: FUNCTIONS.broker,
      description: 'Takes messages of queues, topics, buses and streams in',
      timeout: TIMEOUT,
      memoryMb: MEMORY_MB,
    });
    this.fn.provide({ [ENV.brokers]: brokersText(brokers) });
    if (brokers.some(readsInNetwork)) this.fn.allowNetworkInterfaces(ATTACH_POLLERS);
    for (const setting of brokers) {
      if (isPolled(setting)) this.#read(setting, gateway);
      else if (setting.kind === 'sns') this.#subscribe(setting);
      else this.#addRule(setting);
    }
    if (!brokers.every(isPolled)) this.#catchPushed();
  }

  #makeDeadLetters(): sqs.Queue {
    const queue = new sqs.Queue(this, 'DeadLetters', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: RETENTION,
    });
    acknowledge(
      queue,
      'AwsSolutions-SQS3',
      'It is a dead-letter queue itself: of streams, subscriptions and rules.',
    );
    return queue;
  }

  #read(setting: PolledSetting, gateway: string): void {
    const reader = { gateway, deadLetterArn: this.deadLetters.queueArn };
    for (const { actions, resources } of permissionsOf(setting, reader)) this.fn.allow(actions, resources);
    new lambda.CfnEventSourceMapping(this, `Read-${setting.name}`, {
      functionName: this.fn.lambda.functionName,
      ...mappingOf(setting, reader),
    });
  }

  #subscribe({ name, arn }: SettingOf<'sns'>): void {
    this.fn.lambda.addPermission(`Topic-${name}`, {
      principal: new iam.ServicePrincipal('sns.amazonaws.com'),
      sourceArn: arn,
    });
    this.#letPutAside('sns.amazonaws.com', arn);
    new sns.CfnSubscription(this, `Subscription-${name}`, {
      topicArn: arn,
      protocol: 'lambda',
      endpoint: this.fn.lambda.functionArn,
      redrivePolicy: { deadLetterTargetArn: this.deadLetters.queueArn },
    });
  }

  /** An event doesn't say which rule it matched, so the rule adds whose it is. */
  #addRule({ name, bus = 'default', pattern }: SettingOf<'eventbridge'>): void {
    const rule = new events.CfnRule(this, `Rule-${name}`, {
      description: `Events for the webhook gateway: ${name}`,
      eventBusName: bus,
      eventPattern: pattern,
      targets: [
        {
          id: 'broker',
          arn: this.fn.lambda.functionArn,
          inputTransformer: { inputTemplate: `{"broker":"${name}","event":<aws.events.event.json>}` },
          deadLetterConfig: { arn: this.deadLetters.queueArn },
          retryPolicy: { maximumEventAgeInSeconds: BUS_AGE_SECONDS, maximumRetryAttempts: BUS_RETRIES },
        },
      ],
    });
    this.fn.lambda.addPermission(`Rule-${name}`, {
      principal: new iam.ServicePrincipal('events.amazonaws.com'),
      sourceArn: rule.attrArn,
    });
    this.#letPutAside('events.amazonaws.com', rule.attrArn);
  }

  #letPutAside(service: string, sourceArn: string): void {
    this.deadLetters.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal(service)],
        actions: ['sqs:SendMessage'],
        resources: [this.deadLetters.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': sourceArn } },
      }),
    );
  }

  /** Pushed messages wait in a queue of Lambda's own, which gives them up after two retries unless told where to put them. */
  #catchPushed(): void {
    this.fn.allow(['sqs:SendMessage'], [this.deadLetters.queueArn]);
    new lambda.CfnEventInvokeConfig(this, 'Pushed', {
      functionName: this.fn.lambda.functionName,
      qualifier: '$LATEST',
      maximumRetryAttempts: PUSH_RETRIES,
      maximumEventAgeInSeconds: PUSH_AGE_SECONDS,
      destinationConfig: { onFailure: { destination: this.deadLetters.queueArn } },
    });
  }
}
