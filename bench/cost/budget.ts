/** What one event to one endpoint, 2 KB, first try, may use at most: a change that makes it dearer fails the gate. */
import { billOf } from './bill.ts';
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

export function budgetOf(single: Usage, tens: Usage): readonly Limit[] {
  const limit = (what: string, most: number, measured: number): Limit => ({
    what,
    limit: most,
    measured,
    met: measured <= most,
  });
  return [
    limit('write units', MAX_WRITE_UNITS, single.writeUnits),
    limit('SQS requests', MAX_SQS_REQUESTS, single.sqsRequests),
    limit('Lambda invocations', MAX_INVOCATIONS, single.invocations),
    limit('USD per million, without storage and logs', MAX_USD_PER_MILLION, billOf(single).handling),
    limit('the same, published in tens', MAX_USD_PER_MILLION_IN_TENS, billOf(tens).handling),
  ];
}
