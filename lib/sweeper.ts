/** The net under the wakes: every minute it finds those whose schedule was lost. */
import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { FUNCTIONS } from '../lambdas/contract/functions.ts';
import { type FunctionContext, LambdaFunction } from './lambda-function.ts';
import { schedulerRole } from './scheduler-role.ts';

/** Below the pace it runs at, so that two runs rarely meet; meeting is harmless. */
const SWEEP_TIMEOUT = Duration.seconds(50);
const SWEEP_MEMORY_MB = 256;
const EVERY_MINUTE = 'rate(1 minute)';

export class Sweeper extends Construct {
  readonly sweep: LambdaFunction;

  constructor(scope: Construct, id: string, context: FunctionContext) {
    super(scope, id);
    this.sweep = new LambdaFunction(this, 'Sweep', {
      ...context,
      name: FUNCTIONS.sweep,
      description: 'Finds armed wakes whose schedule did not fire',
      timeout: SWEEP_TIMEOUT,
      memoryMb: SWEEP_MEMORY_MB,
    });
    const group = new scheduler.CfnScheduleGroup(this, 'Group', { name: `${context.settings.name}-sweeper` });
    const role = schedulerRole(this, 'Role', group);
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [this.sweep.lambda.functionArn],
      }),
    );
    const schedule = new scheduler.CfnSchedule(this, 'EveryMinute', {
      description: 'Runs the sweeper',
      groupName: group.ref,
      scheduleExpression: EVERY_MINUTE,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: this.sweep.lambda.functionArn,
        roleArn: role.roleArn,
        // The next minute's run does the same work, and more of it.
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
      },
    });
    // Scheduler tries the role when the schedule is made.
    schedule.node.addDependency(role);
  }
}
