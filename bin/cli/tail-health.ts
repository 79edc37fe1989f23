/** What becomes of endpoints that fail, as `posthorn tail` tells it: the circuit's story in one line a change. */
import type { EndpointView } from '../../lambdas/contract/api/endpoints.ts';
import type { EndpointHealthView } from '../../lambdas/contract/api/health.ts';
import { type Cli, CliError, paint } from './cli.ts';
import type { Client } from './client.ts';
import { clockText, durationText, endpointName } from './words.ts';

export type EndpointState = EndpointView & { readonly health: EndpointHealthView };

/** Endpoints looked at in one round; each is a call. */
const MAX_WATCHED = 10;

export interface HealthWatch {
  /** Looks at these and at those that were not well when last seen. Lines for what changed since. */
  look(ids: Iterable<string>): Promise<readonly string[]>;
}

export function createHealthWatch(cli: Cli, client: Pick<Client, 'endpointState'>): HealthWatch {
  const seen = new Map<string, EndpointState>();
  return {
    async look(ids) {
      const ailing = [...seen.values()].filter((endpoint) => !isWell(endpoint)).map(({ id }) => id);
      const watched = [...new Set([...ailing, ...ids])].slice(0, MAX_WATCHED);
      const states = await Promise.all(watched.map((id) => stateOf(client, id)));
      return states.flatMap((now) => {
        if (now === undefined) return [];
        const text = changeText(seen.get(now.id), now, cli.now());
        seen.set(now.id, now);
        return text === undefined ? [] : [healthLine(cli, now, text)];
      });
    },
  };
}

/** A deleted endpoint has no health. */
async function stateOf(
  client: Pick<Client, 'endpointState'>,
  id: string,
): Promise<EndpointState | undefined> {
  try {
    return await client.endpointState(id);
  } catch (error) {
    const { status } = (error as { evidence?: { status?: number } }).evidence ?? {};
    if (error instanceof CliError && status === 404) return undefined;
    throw error;
  }
}

function isWell({ status, health }: EndpointState): boolean {
  return status === 'enabled' && health.state === 'closed';
}

function healthLine(cli: Cli, endpoint: EndpointState, text: string): string {
  const mark = isWell(endpoint) ? paint(cli, 'green', 'ok') : paint(cli, 'yellow', '! ');
  return [clockText(new Date(cli.now()).toISOString()), mark, endpointName(endpoint), text].join('  ');
}

/** What is news between two looks; nothing when nothing is. `before` undefined: the first look. */
export function changeText(
  before: EndpointState | undefined,
  now: EndpointState,
  atMs: number,
): string | undefined {
  if (now.status !== (before?.status ?? 'enabled')) return statusText(now);
  // Its circuit is of no matter while nothing is sent to it.
  if (now.status !== 'enabled') return undefined;
  return circuitText(before?.health, now.health, atMs);
}

const DISABLED_BECAUSE = {
  manual: 'by hand',
  gone: 'it answered 410 Gone',
  asked: 'it answered webhook-delivery: disable',
  failing: 'nothing but failures for five days',
} as const;

function statusText({ status, disabled_reason: reason, health }: EndpointState): string {
  switch (status) {
    case 'enabled':
      return `enabled: what was held goes out${waitingText(health)}`;
    case 'paused':
      return `paused: deliveries are held${waitingText(health)}`;
    case 'disabled':
      return `disabled${reason === null ? '' : `, ${DISABLED_BECAUSE[reason]}`}: deliveries are held${waitingText(health)}`;
  }
}

function circuitText(
  before: EndpointHealthView | undefined,
  now: EndpointHealthView,
  atMs: number,
): string | undefined {
  const was = before?.state ?? 'closed';
  const failed = was === 'open' || was === 'half_open';
  switch (now.state) {
    case 'open': {
      const next = `${nextProbeText(now, atMs)}${waitingText(now)}`;
      if (!failed) return `circuit open${sinceText(now)}: deliveries are held, ${next}${whyText(now)}`;
      return was === 'half_open' || now.next_probe_at !== before?.next_probe_at
        ? `probe failed: ${next}`
        : undefined;
    }
    case 'half_open':
      return was === 'half_open' ? undefined : `probe on its way${waitingText(now)}`;
    case 'recovering':
      if (was !== 'recovering') {
        return `${failed ? 'probe succeeded: slow start' : 'slowed down: a few at a time'}${waitingText(now)}`;
      }
      return now.waiting.count === before?.waiting.count
        ? undefined
        : `slow start goes on${waitingText(now)}`;
    case 'closed':
      return was === 'closed' ? undefined : `recovered: circuit closed${waitingText(now)}`;
  }
}

function nextProbeText({ next_probe_at: at }: EndpointHealthView, nowMs: number): string {
  return at === null ? 'next probe soon' : `next probe in ${durationText((Date.parse(at) - nowMs) / 1000)}`;
}

function sinceText({ since }: EndpointHealthView): string {
  return since === null ? '' : ` since ${clockText(since)}`;
}

function waitingText({ waiting: { count, more } }: EndpointHealthView): string {
  return count === 0 ? '' : `, ${count}${more ? '+' : ''} waiting`;
}

function whyText({ cause }: EndpointHealthView): string {
  return cause === null ? '' : `  why: ${cause.sentence}`;
}
