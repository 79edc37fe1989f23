/**
 * Alarms for what is our fault and needs a person. A receiver that fails is its owner's business and never ends here.
 * Each description ends in the place of the runbook that says what to do.
 */
import { Aws, Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { LambdaFunction } from './lambda-function.ts';
import type { Settings } from './settings.ts';
import type { WorkQueue } from './work-queue.ts';

export interface AlarmsProps {
  readonly settings: Settings;
  /** By the word their alarms are named with. */
  readonly queues: Readonly<Record<string, WorkQueue>>;
  readonly functions: Readonly<Record<string, LambdaFunction>>;
  readonly sweeper: LambdaFunction;
  /** Answers third parties. */
  readonly inbound: LambdaFunction;
  /** Where there are brokers. */
  readonly brokers?: BrokersToWatch;
  readonly apiId: string;
}

export interface BrokersToWatch {
  readonly fn: LambdaFunction;
  readonly deadLetters: sqs.IQueue;
  /** Some of them are streams, which can fall behind. */
  readonly streams: boolean;
}

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);
/** Ordinary waits in a queue end after a minute; older messages mean that nobody takes them. */
const OLDEST_MESSAGE_SECONDS = 15 * 60;

interface Alarm {
  readonly name: string;
  readonly meaning: string;
  /** Section of the runbook, which several alarms may share. */
  readonly runbook: string;
  readonly metric: cloudwatch.IMetric;
  /** Rings above this. */
  readonly above: number;
  /** Periods in a row. */
  readonly periods?: number;
}

export class Alarms extends Construct {
  readonly topic: sns.Topic;
  readonly #prefix: string;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.#prefix = props.settings.name;
    this.topic = this.#makeTopic(props.settings);
    for (const [name, queue] of Object.entries(props.queues)) this.#watchQueue(name, queue);
    for (const [name, fn] of Object.entries(props.functions)) this.#watchFunction(name, fn);
    this.#watchApi(props.apiId);
    this.#watchSweeper(props.sweeper);
    this.#watchInbound(props.inbound);
    if (props.brokers !== undefined) this.#watchBrokers(props.brokers);
  }

  #makeTopic({ name, alarmEmail }: Settings): sns.Topic {
    const topic = new sns.Topic(this, 'Topic', { displayName: `${name} alarms`, enforceSSL: true });
    // A policy of our own, which refusing plain http makes, takes the place of the one that lets alarms publish.
    topic.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    if (alarmEmail !== undefined) topic.addSubscription(new EmailSubscription(alarmEmail));
    return topic;
  }

  #watchQueue(name: string, { queue, deadLetters }: WorkQueue): void {
    this.#alarm({
      name: `${name}-dead-letters`,
      meaning: `Messages we could not handle are in the dead-letter queue of the ${name} queue.`,
      runbook: 'dead-letters',
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ period: MINUTE, statistic: 'Maximum' }),
      above: 0,
    });
    this.#alarm({
      name: `${name}-queue-old`,
      meaning: `A message has been in the ${name} queue for over ${OLDEST_MESSAGE_SECONDS / 60} minutes.`,
      runbook: 'queue-old',
      metric: queue.metricApproximateAgeOfOldestMessage({ period: MINUTE, statistic: 'Maximum' }),
      above: OLDEST_MESSAGE_SECONDS,
      periods: 3,
    });
  }

  #watchFunction(name: string, fn: LambdaFunction): void {
    this.#alarm({
      name: `${name}-errors`,
      meaning: `The ${name} function failed: a fault in our code or in what it depends on.`,
      runbook: 'function-errors',
      metric: fn.lambda.metricErrors({ period: FIVE_MINUTES, statistic: 'Sum' }),
      above: 0,
    });
    this.#alarm({
      name: `${name}-throttles`,
      meaning: `The ${name} function was refused concurrency: the account's limit is reached.`,
      runbook: 'function-throttles',
      metric: fn.lambda.metricThrottles({ period: FIVE_MINUTES, statistic: 'Sum' }),
      above: 0,
      periods: 2,
    });
  }

  #watchBrokers({ fn, deadLetters, streams }: BrokersToWatch): void {
    this.#watchFunction('broker', fn);
    this.#alarm({
      name: 'broker-dead-letters',
      meaning: 'Messages of brokers were given up; what is known of them is in the dead-letter queue.',
      runbook: 'broker-dead-letters',
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ period: MINUTE, statistic: 'Maximum' }),
      above: 0,
    });
    if (!streams) return;
    this.#alarm({
      name: 'broker-behind',
      meaning: `Records of a stream are taken in over ${OLDEST_MESSAGE_SECONDS / 60} minutes late.`,
      runbook: 'broker-behind',
      metric: fn.lambda.metric('IteratorAge', { period: FIVE_MINUTES, statistic: 'Maximum' }),
      above: OLDEST_MESSAGE_SECONDS * 1000,
    });
  }

  #watchApi(apiId: string): void {
    this.#alarm({
      name: 'api-5xx',
      meaning: 'The API answered with server errors: publishers may have to send again.',
      runbook: 'api-5xx',
      metric: new cloudwatch.Metric({
        namespace: 'AWS/ApiGateway',
        metricName: '5xx',
        dimensionsMap: { ApiId: apiId },
        period: FIVE_MINUTES,
        statistic: 'Sum',
      }),
      above: 0,
    });
  }

  /**
   * By what it logs: it answers 503 and does not fail, and the door's own count of 5xx holds answers that strangers can
   * bring about, such as those of a source without a secret.
   */
  #watchInbound({ lambda }: LambdaFunction): void {
    const filter = lambda.logGroup.addMetricFilter('Faults', {
      filterPattern: FilterPattern.stringValue('$.message', '=', 'receive.fault'),
      metricNamespace: this.#prefix,
      metricName: 'InboundFaults',
      metricValue: '1',
    });
    this.#alarm({
      name: 'inbound-faults',
      meaning: 'Third parties were told to send again, because something of ours failed; not all of them do.',
      runbook: 'inbound-faults',
      metric: filter.metric({ period: FIVE_MINUTES, statistic: 'Sum' }),
      above: 0,
    });
  }

  /** The one thing whose absence is the fault: without the sweeper a lost schedule loses its deliveries' turn. */
  #watchSweeper(sweeper: LambdaFunction): void {
    const alarm = new cloudwatch.Alarm(this, 'sweeper-stopped', {
      alarmName: `${this.#prefix}-sweeper-stopped`,
      alarmDescription: describe('The sweeper has not run for five minutes.', 'sweeper-stopped'),
      metric: sweeper.lambda.metricInvocations({ period: FIVE_MINUTES, statistic: 'Sum' }),
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
  }

  #alarm({ name, meaning, runbook, metric, above, periods = 1 }: Alarm): void {
    const alarm = new cloudwatch.Alarm(this, name, {
      alarmName: `${this.#prefix}-${name}`,
      alarmDescription: describe(meaning, runbook),
      metric,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: above,
      evaluationPeriods: periods,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
  }
}

function describe(meaning: string, runbook: string): string {
  return `${meaning} What to do: docs/operations.md#alarm-${runbook}`;
}
