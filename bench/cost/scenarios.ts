/** The ways events are published and delivered that the table has a row for. */
import type { Failing } from './receiver.ts';
import type { Shape } from './seed.ts';

export interface Scenario extends Shape {
  readonly name: string;
  /** In one request. */
  readonly together: number;
  readonly idempotencyKey?: boolean;
  readonly failing?: Failing;
  /** Over a source, signed as GitHub signs. */
  readonly inbound?: true;
}

const ONE_TO_ONE = { owners: 20, fanout: 1 } as const;
const LONG_RETRY_SECONDS = 300;

export const SCENARIOS = {
  single: { name: '1 endpoint', together: 1, ...ONE_TO_ONE },
  keyed: { name: '1 endpoint, idempotency key', together: 1, idempotencyKey: true, ...ONE_TO_ONE },
  tens: { name: '1 endpoint, published in tens', together: 10, ...ONE_TO_ONE },
  inbound: { name: '1 endpoint, a third party’s webhook', together: 1, inbound: true, ...ONE_TO_ONE },
  fanout: { name: '10 endpoints', together: 1, owners: 5, fanout: 10 },
  shortRetry: { name: '1 endpoint, 10 % retried in 5 s', together: 1, ...ONE_TO_ONE, failing: { oneIn: 10 } },
  longRetry: {
    name: '1 endpoint, 10 % retried in 5 min',
    together: 1,
    ...ONE_TO_ONE,
    failing: { oneIn: 10, retryAfter: LONG_RETRY_SECONDS },
  },
} as const satisfies Readonly<Record<string, Scenario>>;
