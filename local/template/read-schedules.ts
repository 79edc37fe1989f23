/** Recurring schedules that invoke a function: EventBridge Scheduler's, or rules of the older kind. */

import type { Found } from './found.ts';
import { nameOfArn } from './names.ts';
import type { ScheduleSpec } from './stack.ts';

interface Target {
  readonly Arn: string;
  readonly Input?: string;
}

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** @throws Error for anything but `rate(...)` */
export function readSchedules(schedules: readonly Found[], rules: readonly Found[]): ScheduleSpec[] {
  const ofSchedules = schedules.map(({ id, properties }) =>
    schedule(id, properties.ScheduleExpression, properties.Target as Target),
  );
  const ofRules = rules
    .filter(({ properties }) => properties.ScheduleExpression !== undefined)
    .flatMap(({ id, properties }) =>
      (properties.Targets as Target[]).map((target) => schedule(id, properties.ScheduleExpression, target)),
    );
  return [...ofSchedules, ...ofRules];
}

function schedule(name: string, expression: unknown, target: Target): ScheduleSpec {
  return {
    name,
    everyMs: rateMs(String(expression)),
    functionName: nameOfArn(target.Arn),
    input: target.Input,
  };
}

/** `rate(5 minutes)` in milliseconds. */
export function rateMs(expression: string): number {
  const match = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  const unit = UNIT_MS[match?.[2] ?? ''];
  if (match === null || unit === undefined) {
    throw new Error(`template: "${expression}" can't run locally; only rate(N minutes|hours|days) can`);
  }
  return Number(match[1]) * unit;
}
