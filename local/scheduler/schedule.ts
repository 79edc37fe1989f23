/** One-time schedules as EventBridge Scheduler has them, and what it refuses. Pure. */
import { ACCOUNT, REGION } from '../template/intrinsics.ts';

/** A schedule, in the words of the wire. */
export interface Schedule {
  readonly Name: string;
  readonly GroupName: string;
  readonly ScheduleExpression: string;
  readonly State: 'ENABLED' | 'DISABLED';
  readonly ActionAfterCompletion: 'NONE' | 'DELETE';
  readonly Target: { readonly Arn: string; readonly RoleArn: string; readonly Input?: string };
  readonly FlexibleTimeWindow: { readonly Mode: string };
  /** Seconds since 1970. */
  readonly CreationDate: number;
}

/** An answer other than 200. */
export interface Refusal {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

const DEFAULT_GROUP = 'default';
const NAME = /^[0-9a-zA-Z_.-]{1,64}$/;
const AT = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/;

export function scheduleKey(group: string, name: string): string {
  return `${group}/${name}`;
}

export function scheduleArn({ GroupName, Name }: Pick<Schedule, 'GroupName' | 'Name'>): string {
  return `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule/${GroupName}/${Name}`;
}

/** Milliseconds since 1970, in UTC; undefined when it is no one-time expression of a real date. */
export function atMs(expression: string): number | undefined {
  const match = AT.exec(expression);
  const time = match === null ? Number.NaN : Date.parse(`${match[1]}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** The schedule a `CreateSchedule` request asks for, or why not. */
export function readSchedule(name: string, body: unknown, now: number): Schedule | Refusal {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Partial<Schedule> & {
    ScheduleExpressionTimezone?: string;
  };
  const { ScheduleExpression = '', Target, FlexibleTimeWindow } = given;
  if (!NAME.test(name)) return invalid(`Invalid Name: ${name}`);
  if (FlexibleTimeWindow?.Mode === undefined) return invalid('FlexibleTimeWindow must not be null');
  if (typeof Target?.Arn !== 'string' || typeof Target.RoleArn !== 'string') {
    return invalid('Target must have an Arn and a RoleArn');
  }
  if (!['UTC', undefined].includes(given.ScheduleExpressionTimezone)) {
    return invalid('only UTC is known locally');
  }
  if (atMs(ScheduleExpression) === undefined)
    return invalid(`Invalid Schedule Expression ${ScheduleExpression}.`);
  return {
    Name: name,
    GroupName: given.GroupName ?? DEFAULT_GROUP,
    ScheduleExpression,
    State: given.State ?? 'ENABLED',
    ActionAfterCompletion: given.ActionAfterCompletion ?? 'NONE',
    Target,
    FlexibleTimeWindow,
    CreationDate: now / 1000,
  };
}

export function invalid(message: string): Refusal {
  return { status: 400, type: 'ValidationException', message };
}

export function conflict(name: string): Refusal {
  return { status: 409, type: 'ConflictException', message: `Schedule ${name} already exists.` };
}

export function notFound(what: string): Refusal {
  return { status: 404, type: 'ResourceNotFoundException', message: `${what} does not exist.` };
}

/** The keywords Scheduler replaces in a target's input. */
export function fillInput(schedule: Schedule, attempt: number, executionId: string): string {
  const scheduledAt = `${/\((.*)\)/.exec(schedule.ScheduleExpression)?.[1]}Z`;
  return (schedule.Target.Input ?? '{}')
    .replaceAll('<aws.scheduler.schedule-arn>', scheduleArn(schedule))
    .replaceAll('<aws.scheduler.scheduled-time>', scheduledAt)
    .replaceAll('<aws.scheduler.execution-id>', executionId)
    .replaceAll('<aws.scheduler.attempt-number>', String(attempt));
}
