/** Waking: one-time schedules that put "drain this endpoint" into a queue, and the function that drains. */
import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { ENV } from '../lambdas/contract/env.ts';
import { FUNCTIONS } from '../lambdas/contract/functions.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import { type FunctionContext, LambdaFunction } from './lambda-function.ts';
import { schedulerRole } from './scheduler-role.ts';
import { WorkQueue } from './work-queue.ts';

/** A drain reads a page of the backlog and sends it on; the rest is another wake's work. */
const DRAIN_TIMEOUT = Duration.seconds(30);
const DRAIN_MEMORY_MB = 256;
/** Each endpoint drains by itself, so this is how many endpoints recover at once; more wait their turn. */
const DRAIN_CONCURRENCY = 20;

export class Wakes extends Construct {
  readonly queue: WorkQueue;
  readonly drain: LambdaFunction;
  readonly #group: scheduler.CfnScheduleGroup;
  readonly #role: iam.Role;

  get #groupId(): string {
    return Stack.of(this).getLogicalId(this.#group);
  }

  constructor(scope: Construct, id: string, context: FunctionContext) {
    super(scope, id);
    this.queue = new WorkQueue(this, 'Wakes', { timeout: DRAIN_TIMEOUT, urlEnv: ENV.wakeQueueUrl });
    this.#group = new scheduler.CfnScheduleGroup(this, 'Group', {
      // Named for the stack: several gateways share an account, and schedules are addressed by their group's name.
      name: `${context.settings.name}-wakes`,
    });
    this.#role = schedulerRole(this, 'Role', this.#group);
    this.#role.addToPolicy(
      new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queue.queueArn] }),
    );
    this.drain = new LambdaFunction(this, 'Drain', {
      ...context,
      name: FUNCTIONS.drain,
      description: "Sends what is due in an endpoint's backlog to the delivery queue",
      timeout: DRAIN_TIMEOUT,
      memoryMb: DRAIN_MEMORY_MB,
      // A page of the backlog a round, and a backlog ends.
      callsItself: true,
    });
    this.queue.feed(this.drain, DRAIN_CONCURRENCY);
  }

  /** Arming wakes: making schedules in our group, that act with our role on our queue. */
  grantArm(fn: LambdaFunction): void {
    const schedules = Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule',
      resourceName: `${this.#group.ref}/wake-*`,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    fn.allow(['scheduler:CreateSchedule'], [schedules]);
    acknowledgeWildcard(
      fn,
      `arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/<${this.#groupId}>/wake-*`,
      'A schedule is named for its endpoint and minute when it is armed; the group is ours alone and holds nothing else.',
    );
    fn.passRole(this.#role, 'scheduler.amazonaws.com');
    fn.provide({
      [ENV.wakeGroup]: this.#group.ref,
      [ENV.wakeRoleArn]: this.#role.roleArn,
      [ENV.wakeQueueArn]: this.queue.queue.queueArn,
    });
  }
}
