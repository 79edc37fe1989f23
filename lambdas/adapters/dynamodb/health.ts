import { setTimeout as sleepFor } from 'node:timers/promises';
import type { Health } from '../../domain/health/health.ts';
import type { HealthStore } from '../../ports/health.ts';
import { stillAtVersion } from './conditions.ts';
import type { DynamoClient } from './operations.ts';
import { getItem, getItems, type Item, type ItemKey, putOurs, type Sleep } from './table.ts';
import { type WriteToken, writeToken } from './write-token.ts';

/** An endpoint nobody sent anything to for this long has a clean slate. */
const KEPT_SECONDS = 30 * 86_400;

type Doc = Omit<Health, 'endpoint' | 'version'>;

/** Endpoints' health in the state table. */
export function dynamoHealth(args: {
  readonly client: DynamoClient;
  readonly table: string;
  readonly sleep?: Sleep;
  readonly token?: WriteToken;
}): HealthStore {
  const sleep = args.sleep ?? sleepFor;
  const token = args.token ?? writeToken;
  return {
    async getMany(endpoints) {
      const items = await getItems(args, endpoints.map(keyOf), sleep, 'eventually');
      return items.map((item, index) => fromItem(endpoints[index]!, item));
    },
    async get(endpoint) {
      return fromItem(endpoint, await getItem(args, keyOf(endpoint)));
    },
    async save(health) {
      const { endpoint, version, ...doc } = health;
      const item = { ...keyOf(endpoint), v: 1, n: version, w: token(), doc, expires: expiryOf(doc) };
      const { written } = await putOurs(args, item, stillAtVersion(version - 1));
      return written ? 'saved' : 'conflict';
    },
  };
}

function keyOf(endpoint: string): ItemKey {
  return { pk: `health#${endpoint}`, sk: 'h' };
}

function fromItem(endpoint: string, item: Item | undefined): Health | undefined {
  return item && { endpoint, ...(item.doc as Doc), version: item.n as number };
}

/** Counted from the latest moment it knows of. */
function expiryOf({ circuit, lastFailure, lastSuccessAt }: Doc): number {
  const turn =
    circuit.state === 'open'
      ? circuit.probeAt
      : circuit.state === 'half_open'
        ? circuit.probe.until
        : (circuit.ramp?.from ?? 0);
  return Math.ceil(Math.max(turn, lastFailure?.at ?? 0, lastSuccessAt ?? 0) / 1000) + KEPT_SECONDS;
}
