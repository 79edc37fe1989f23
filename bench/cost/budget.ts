/** What may be used at most: a change that makes it dearer fails the gate. */
import { billOf } from './bill.ts';
import type { DeadEndpoint, Drained, Overload } from './trouble.ts';
import type { Usage } from './usage.ts';

export interface Limit {
  readonly what: string;
  readonly limit: number;
  readonly measured: number;
  readonly met: boolean;
}

const MAX_WRITE_UNITS = 4;
const MAX_SQS_REQUESTS = 1.6;
const MAX_INVOCATIONS = 1.2;
/** Without storage and logs: how long and how much is kept is a setting. */
const MAX_USD_PER_MILLION = 4.0;
const MAX_USD_PER_MILLION_IN_TENS = 2.6;

/** Asking for a slot each time would take one of each attempt, and of each refusal. */
const MAX_RATE_WRITE_UNITS = 0.15;
const MAX_SPREAD_PERCENT = 1;

/** One event to one endpoint, 2 KB, first try. */
export function budgetOf(single: Usage, tens: Usage): readonly Limit[] {
  return [
    limit('write units', MAX_WRITE_UNITS, single.writeUnits),
    limit('SQS requests', MAX_SQS_REQUESTS, single.sqsRequests),
    limit('Lambda invocations', MAX_INVOCATIONS, single.invocations),
    limit('USD per million, without storage and logs', MAX_USD_PER_MILLION, billOf(single).handling),
    limit('the same, published in tens', MAX_USD_PER_MILLION_IN_TENS, billOf(tens).handling),
  ];
}

export interface Trouble {
  readonly overload: Overload;
  readonly dead: DeadEndpoint;
  /** From backlogs of different sizes. */
  readonly drained: readonly Drained[];
}

/** Receivers in trouble: however much waits for them, what they cost does not grow. */
export function troubleBudget({ overload, dead, drained }: Trouble): readonly Limit[] {
  const each = drained.map(({ usage }) => operations(usage));
  const spread = 100 * (Math.max(...each) / Math.min(...each) - 1);
  const sizes = drained.map(({ waiting }) => waiting.toLocaleString('en')).join(', ');
  return [
    limit(
      'write units a delivery for slots, at three times a rate limit',
      MAX_RATE_WRITE_UNITS,
      overload.writeUnits,
    ),
    limit(
      `probes an interval, ${dead.waiting.toLocaleString('en')} waiting`,
      1,
      dead.probes / dead.intervals,
    ),
    limit('schedules an interval', 1, dead.schedules / dead.intervals),
    limit(`percent between drained deliveries of ${sizes} waiting`, MAX_SPREAD_PERCENT, spread),
  ];
}

/** Calls, by what they are billed as. */
export function operations({ writeUnits, readUnits, sqsRequests, invocations, schedules }: Usage): number {
  return writeUnits + readUnits + sqsRequests + invocations + schedules;
}

function limit(what: string, most: number, measured: number): Limit {
  return { what, limit: most, measured, met: measured <= most };
}
