import { dynamoRateMeter } from '../adapters/dynamodb/rate.ts';
import type { Table } from '../adapters/dynamodb/table.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { ENV } from '../contract/env.ts';
import { createKeyLimiter } from '../flow/limit-keys.ts';
import type { Log } from '../ports/log.ts';
import type { LimitKey } from '../ports/use-case.ts';
import { requireEnv } from './require-env.ts';

/** The rate limit of API keys, for functions that answer HTTP requests. */
export function keyLimiter(state: Table, log: Log): LimitKey {
  const rate = {
    perSecond: Number(requireEnv(ENV.keyRatePerSecond)),
    burst: Number(requireEnv(ENV.keyBurst)),
  };
  return createKeyLimiter({ rate, rates: dynamoRateMeter(state), clock: systemClock, log });
}
