import { MINUTE_MS, type Wake, wakeKey, wakeOfKey } from '../../domain/delivery/wake.ts';
import type { DrainMark, DrainMarks, WakeLedger } from '../../ports/wakes.ts';
import { deleteItem, getItem, type ItemKey, putItem, query, type Table } from './table.ts';

/** Rows outlive their use by this much, so that an outage of days loses no wake. */
const KEPT_SECONDS = 7 * 86_400;
const FIRST = 'ep_';
const LAST = 'ep_~';
/** Endpoint ids have one length and their wakes' keys go on above this, so only the key itself lies below it. */
const JUST_ABOVE = '!';

/** What a minute's rows are for. Looks at an endpoint's alerts are kept like wakes, beside them. */
export type WakeKind = 'wake' | 'review';

/** Wakes by minute, and how far the sweeper came, in the state table. */
export function dynamoWakeLedger(table: Table, kind: WakeKind = 'wake'): WakeLedger {
  const partitionOf = (minute: number): string => `${kind}#${minute}`;
  const keyOf = (wake: Wake): ItemKey => ({ pk: partitionOf(wake.minute), sk: wakeKey(wake) });
  const swept: ItemKey = { pk: 'sweep', sk: kind === 'wake' ? 'sweep' : kind };
  return {
    async note(wake) {
      const expires = wake.minute * (MINUTE_MS / 1000) + KEPT_SECONDS;
      await putItem(table, { ...keyOf(wake), v: 1, prj: wake.project, expires });
    },
    async unsettled(minute, limit, after) {
      const from = after === undefined ? FIRST : `${after}${JUST_ABOVE}`;
      const items = await query(table, { pk: partitionOf(minute), from, to: LAST }, limit + 1);
      const taken = items.slice(0, limit);
      return {
        wakes: taken.map((item) => ({ project: item.prj as string, minute, ...wakeOfKey(item.sk) })),
        ...(items.length > limit && { next: taken.at(-1)!.sk }),
      };
    },
    async settle(wake) {
      await deleteItem(table, keyOf(wake));
    },
    async sweptThrough() {
      return (await getItem(table, swept))?.minute as number | undefined;
    },
    async setSweptThrough(minute) {
      await putItem(table, { ...swept, v: 1, minute });
    },
  };
}

/** How far each backlog was drained, in the state table. */
export function dynamoDrainMarks(table: Table): DrainMarks {
  return {
    async mark(endpoint) {
      const item = await getItem(table, markKey(endpoint));
      if (item === undefined) return undefined;
      const { through, since, resumesAt } = item as unknown as DrainMark;
      return { through, since, ...(resumesAt !== undefined && { resumesAt }) };
    },
    async setMark(endpoint, { through, since, resumesAt }) {
      const expires = Math.ceil(since / 1000) + KEPT_SECONDS;
      await putItem(table, { ...markKey(endpoint), v: 1, through, since, resumesAt, expires });
    },
  };
}

function markKey(endpoint: string): ItemKey {
  return { pk: `drain#${endpoint}`, sk: 'm' };
}
