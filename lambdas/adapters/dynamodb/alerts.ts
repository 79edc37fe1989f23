import type { AlertRecord, ExhaustedDelivery } from '../../domain/alerts/record.ts';
import type { AlertLog } from '../../ports/alert-log.ts';
import { stillAtVersion } from './conditions.ts';
import type { DynamoClient } from './operations.ts';
import { getItem, type ItemKey, putItem, putOurs, query } from './table.ts';
import { type WriteToken, writeToken } from './write-token.ts';

const DAY_SECONDS = 86_400;
/** What was told of an incident is known for longer than any incident goes on without news. */
const RECORD_KEPT_SECONDS = 90 * DAY_SECONDS;
const ROWS_KEPT_SECONDS = 7 * DAY_SECONDS;
const HOUR_SECONDS = 3600;
/** Hours since 1970 have six digits until the year 2084. */
const HOUR_DIGITS = 7;

type Doc = Omit<AlertRecord, 'endpoint' | 'version'>;

/** What owners were told, and deliveries given up by hour, in the state table; one partition an endpoint. */
export function dynamoAlerts(args: {
  readonly client: DynamoClient;
  readonly table: string;
  readonly token?: WriteToken;
}): AlertLog {
  const token = args.token ?? writeToken;
  return {
    async alertRecord(endpoint) {
      const item = await getItem(args, recordKey(endpoint));
      return item && { endpoint, ...(item.doc as Doc), version: item.n as number };
    },
    async saveAlertRecord(record) {
      const { endpoint, version, ...doc } = record;
      const item = { ...recordKey(endpoint), v: 1, n: version, w: token(), doc, expires: expiryOf(doc) };
      const { written } = await putOurs(args, item, stillAtVersion(version - 1));
      return written ? 'saved' : 'conflict';
    },
    async noteExhausted(endpoint, hour, delivery) {
      const key = { pk: partitionOf(endpoint), sk: `${hourFloor(hour)}${delivery.event}` };
      const expires = hour * HOUR_SECONDS + ROWS_KEPT_SECONDS;
      await putItem(args, { ...key, v: 1, type: delivery.type, why: delivery.why, expires });
    },
    async exhaustedIn(endpoint, { after, through }, limit) {
      const range = { from: hourFloor(after + 1), to: hourFloor(through + 1) };
      const items = await query(args, { pk: partitionOf(endpoint), ...range }, limit);
      return items.map((item) => ({
        event: item.sk.slice(item.sk.lastIndexOf('#') + 1),
        type: item.type as string,
        why: item.why as ExhaustedDelivery['why'],
      }));
    },
  };
}

function partitionOf(endpoint: string): string {
  return `alert#${endpoint}`;
}

function recordKey(endpoint: string): ItemKey {
  return { pk: partitionOf(endpoint), sk: 'told' };
}

/** At or below every row of that hour, above all of the one before. */
function hourFloor(hour: number): string {
  return `gave-up#${String(hour).padStart(HOUR_DIGITS, '0')}#`;
}

/** Counted from the latest moment it knows of. */
function expiryOf({ incident, disabledAt, warnedOf, digestedThrough, pending }: Doc): number {
  const moments = [
    incident?.toldAt,
    incident?.recoveredAt,
    disabledAt,
    warnedOf,
    ...pending.map(({ at }) => at),
  ];
  const latest = Math.max(0, ...moments.map((moment) => moment ?? 0));
  return Math.max(Math.ceil(latest / 1000), (digestedThrough ?? 0) * HOUR_SECONDS) + RECORD_KEPT_SECONDS;
}
