/** Endpoints that limit their rate or their requests in flight: what they got, against what they asked for. */
import type { Endpoint } from '../../lambdas/domain/endpoint.ts';
import type { SentRequest } from './history.ts';
import type { World } from './world.ts';

const PERIOD_MS = { second: 1_000, minute: 60_000, hour: 3_600_000 } as const;
/** Slots a second ahead are used at once, queues wait in whole seconds, and a call or two comes before the request. */
const EARLY_MS = 2_500;
const ABOVE = 1.02;

export function judgeLimits(world: World): void {
  for (const { endpoint } of world.sites.values()) {
    const { rateLimit, maxInFlight } = endpoint;
    const requests = world.history.requests.filter((request) => request.endpoint === endpoint.id);
    if (rateLimit !== undefined) judgeRate(world, endpoint.id, rateLimit, requests);
    if (maxInFlight !== undefined) judgeInFlight(world, endpoint.id, maxInFlight, requests);
  }
}

/**
 * In every window, not in those of the clock only: from each request to each later one. Slots are reserved ahead; those
 * that pass while all workers are busy are used as soon as one is free.
 */
function judgeRate(
  world: World,
  endpoint: string,
  { limit, per }: NonNullable<Endpoint['rateLimit']>,
  requests: readonly SentRequest[],
): void {
  const { skewMs = 0 } = world.faults;
  const slackMs = EARLY_MS + 2 * skewMs + world.history.lateMs;
  const interval = PERIOD_MS[per] / limit;
  // Probes take no slot; a worker whose calls take 20 s sends when they are over.
  const counted = requests.filter(
    (request, index) => !request.isProbe && !request.late && !isQueuesCopy(request, requests.slice(0, index)),
  );
  for (const [first, { sentAt: from }] of counted.entries()) {
    for (let last = first + 1; last < counted.length; last++) {
      const windowMs = counted[last]!.sentAt - from + slackMs;
      if (last - first <= (windowMs / interval) * ABOVE + 1) continue;
      const what = `${endpoint} takes ${limit} a ${per} and got ${last - first + 1} within ${counted[last]!.sentAt - from} ms`;
      world.history.violate('no limit is exceeded', what);
      return;
    }
  }
}

/**
 * Only a first attempt goes out unclaimed, once. Another one is the same message, which the queue handed out again before
 * the first was on record (docs/decisions/003): it goes by the slot that message has.
 */
function isQueuesCopy(request: SentRequest, before: readonly SentRequest[]): boolean {
  const isUnclaimed = ({ event, lease }: SentRequest): boolean =>
    lease === undefined && event === request.event;
  return isUnclaimed(request) && before.some(isUnclaimed);
}

function judgeInFlight(
  { history }: World,
  endpoint: string,
  most: number,
  requests: readonly SentRequest[],
): void {
  for (const { sentAt, number } of requests) {
    const others = requests.filter((other) => other.sentAt <= sentAt && sentAt < (other.endedAt ?? sentAt));
    if (others.length <= most) continue;
    const what = `${endpoint} takes ${most} at once, and request ${number} was number ${others.length}`;
    history.violate('no limit is exceeded', what);
    return;
  }
}
