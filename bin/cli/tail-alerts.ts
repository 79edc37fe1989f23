/** Alerts as `posthorn tail` tells them: what the people of an endpoint were told, from the events that say the same. */
import type { EventSummaryView } from '../../lambdas/contract/api/events.ts';
import { type Cli, paint } from './cli.ts';
import type { Client } from './client.ts';
import { clockText, urlName } from './words.ts';

/** What an operational event holds that a line tells. */
export interface AlertEvent extends EventSummaryView {
  readonly data: {
    readonly endpoint_id?: string;
    readonly url?: string;
    readonly delivery_id?: string;
    readonly event_type?: string;
    readonly stop_reason?: string;
    readonly reason?: { readonly sentence: string } | null;
  };
}

/** A line and when what it tells happened, to be put in order with others. */
export interface Told {
  readonly at: string;
  readonly line: string;
}

export interface AlertWatch {
  /** Those since the last look, or since `from`. */
  look(): Promise<readonly Told[]>;
}

const LIMIT = '50';
/** Events are stored a moment after the time in their ids. */
const OVERLAP_MS = 60_000;

/** @param from milliseconds since 1970 */
export function createAlertWatch(
  cli: Cli,
  client: Pick<Client, 'events' | 'event'>,
  of: { readonly endpoint?: string | undefined; readonly owner?: string | undefined },
  from: number,
): AlertWatch {
  const known = new Set<string>();
  let since = from;
  return {
    async look() {
      const query = { event_type: 'posthorn.*', owner_id: of.owner, limit: LIMIT };
      const lookedAt = cli.now();
      const { data } = await client.events({ ...query, created_after: new Date(since).toISOString() });
      const fresh = data.filter(({ id, source }) => !known.has(id) && source === 'queue');
      const events = await Promise.all(fresh.map(({ id }) => client.event<AlertEvent>(id)));
      for (const { id } of fresh) known.add(id);
      since = Math.max(from, lookedAt - OVERLAP_MS);
      return events
        .filter(({ data }) => of.endpoint === undefined || data.endpoint_id === of.endpoint)
        .map((event) => ({ at: event.created_at, line: alertLine(cli, event) }));
    },
  };
}

const WORDS: Readonly<Record<string, string>> = {
  'posthorn.circuit.opened': 'it fails',
  'posthorn.endpoint.still_failing': 'it still fails after a day',
  'posthorn.endpoint.disabling_soon': 'it will be disabled tomorrow',
  'posthorn.endpoint.disabled': 'it was disabled',
  'posthorn.circuit.closed': 'it works again',
};

function alertLine(cli: Cli, { type, created_at: at, data }: AlertEvent): string {
  const { url, endpoint_id: endpoint = '', delivery_id: delivery, event_type, stop_reason, reason } = data;
  const told = WORDS[type];
  const parts = [
    clockText(at),
    paint(cli, 'yellow', '! '),
    url === undefined ? endpoint : urlName(url),
    delivery === undefined
      ? `alert to its people: ${told ?? type}`
      : `given up: ${event_type}, ${stop_reason?.replaceAll('_', ' ')}  look: npx posthorn why ${delivery}`,
    ...(reason == null || type === 'posthorn.circuit.closed' ? [] : [`why: ${reason.sentence}`]),
  ];
  return parts.join('  ');
}
