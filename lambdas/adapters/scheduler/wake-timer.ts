import {
  CreateScheduleCommand,
  SchedulerClient,
  type SchedulerClientConfig,
} from '@aws-sdk/client-scheduler';
import type { WakeTask } from '../../contract/tasks.ts';
import { type Wake, wakeExpression, wakeName } from '../../domain/delivery/wake.ts';
import type { WakeTimer } from '../../ports/wakes.ts';

export function schedulerClient(config: SchedulerClientConfig): SchedulerClient {
  return new SchedulerClient(config);
}

/** One-time schedules that put a wake into the wake queue and delete themselves. */
export function schedulerWakeTimer(args: {
  readonly client: SchedulerClient;
  /** Schedule group the wakes live in. */
  readonly group: string;
  readonly queueArn: string;
  /** What the schedule may act as: allowed to send to that queue and no more. */
  readonly roleArn: string;
}): WakeTimer {
  return {
    async arm(wake) {
      try {
        await args.client.send(
          new CreateScheduleCommand({
            Name: wakeName(wake),
            GroupName: args.group,
            ScheduleExpression: wakeExpression(wake),
            ScheduleExpressionTimezone: 'UTC',
            FlexibleTimeWindow: { Mode: 'OFF' },
            ActionAfterCompletion: 'DELETE',
            Target: { Arn: args.queueArn, RoleArn: args.roleArn, Input: JSON.stringify(taskOf(wake)) },
          }),
        );
      } catch (error) {
        if (!isArmed(error)) throw error;
      }
    },
  };
}

function taskOf({ project, endpoint, minute }: Wake): WakeTask {
  return { v: 1, project, endpoint, minute };
}

/** The name tells endpoint and minute, so a schedule that exists is this very wake. */
function isArmed(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConflictException';
}
