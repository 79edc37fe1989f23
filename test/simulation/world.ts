/** Everything outside our processes: the stores, the queues, the timers and the receivers. What is here never dies. */
import { memoryBodies } from '../../lambdas/adapters/memory/bodies.ts';
import { memoryConfig } from '../../lambdas/adapters/memory/config.ts';
import { memoryDeliveries } from '../../lambdas/adapters/memory/deliveries.ts';
import { memoryEvents } from '../../lambdas/adapters/memory/events.ts';
import { memoryIdempotency } from '../../lambdas/adapters/memory/idempotency.ts';
import { memoryRequests } from '../../lambdas/adapters/memory/requests.ts';
import { memoryDrainMarks, memoryWakeLedger } from '../../lambdas/adapters/memory/wakes.ts';
import { DELIVER_BATCH, MAX_RECEIVES } from '../../lambdas/contract/functions.ts';
import type { WakeTask } from '../../lambdas/contract/tasks.ts';
import type { Endpoint } from '../../lambdas/domain/endpoint.ts';
import type { WakeTimer } from '../../lambdas/ports/wakes.ts';
import { type Claims, createClaims } from './claims.ts';
import { createDice, type Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import { createHistory, type History } from './history.ts';
import { createLaggingIndex, type LaggingIndex } from './lagging-index.ts';
import { DELIVERY_VISIBILITY_MS, OTHER_VISIBILITY_MS } from './limits.ts';
import { createPublishedBodies, type PublishedBodies } from './published-bodies.ts';
import { createQueue, type QueueModel } from './queue-model.ts';
import type { Receiver } from './receivers.ts';
import { createTimers } from './timer-model.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';

/** The moment every history begins: half a minute past a full one, so that minutes turn soon. */
const START_MS = Date.UTC(2026, 10, 23, 12, 0, 30);
export interface Site {
  readonly endpoint: Endpoint;
  readonly receiver: Receiver;
}

export interface World {
  readonly startedAt: number;
  readonly time: VirtualTime;
  readonly dice: Dice;
  readonly faults: Faults;
  readonly history: History;
  readonly claims: Claims;
  readonly backlog: LaggingIndex;
  readonly stores: ReturnType<typeof createStores>;
  readonly queues: { readonly publish: QueueModel; readonly delivery: QueueModel; readonly wake: QueueModel };
  readonly timer: WakeTimer;
  /** Receivers by host name. */
  readonly sites: Map<string, Site>;
  readonly published: PublishedBodies;
  nextCall(): number;
}

export interface WorldOptions {
  readonly seed: number;
  readonly tracing?: boolean;
  readonly faults: (dice: Dice, now: () => number) => Faults;
}

export function createWorld(options: WorldOptions): World {
  const time = createVirtualTime(START_MS);
  const dice = createDice(options.seed);
  const faults = options.faults(dice, time.now);
  const history = createHistory(time.now, options.tracing === true);
  const services = { time, dice, faults, history };
  let calls = 0;
  const queue = (name: string, visibilityMs: number): QueueModel =>
    createQueue(services, name, { visibilityMs, maxReceives: MAX_RECEIVES, batch: DELIVER_BATCH });
  const queues = {
    publish: queue('publish', OTHER_VISIBILITY_MS),
    delivery: queue('delivery', DELIVERY_VISIBILITY_MS),
    wake: queue('wake', OTHER_VISIBILITY_MS),
  };
  const timer = createTimers(services, (wake) => {
    queues.wake.send(JSON.stringify({ v: 1, ...wake } satisfies WakeTask));
  });
  return {
    ...services,
    startedAt: START_MS,
    claims: createClaims(history, time.now),
    backlog: createLaggingIndex(services),
    stores: createStores(),
    queues,
    timer,
    sites: new Map(),
    published: createPublishedBodies(),
    nextCall: () => ++calls,
  };
}

function createStores() {
  return {
    config: memoryConfig(),
    events: memoryEvents(),
    bodies: memoryBodies(),
    deliveries: memoryDeliveries(),
    idempotency: memoryIdempotency(),
    requests: memoryRequests(),
    ledger: memoryWakeLedger(),
    marks: memoryDrainMarks(),
  };
}
