/** Everything outside our processes: the stores, the queues, the timers and the receivers. What is here never dies. */
import { memoryAlerts } from '../../lambdas/adapters/memory/alerts.ts';
import { memoryBodies } from '../../lambdas/adapters/memory/bodies.ts';
import { memoryConfig } from '../../lambdas/adapters/memory/config.ts';
import { memoryDeliveries } from '../../lambdas/adapters/memory/deliveries.ts';
import { memoryEvents } from '../../lambdas/adapters/memory/events.ts';
import { memoryHealth } from '../../lambdas/adapters/memory/health.ts';
import { memoryIdempotency } from '../../lambdas/adapters/memory/idempotency.ts';
import { memoryInFlight } from '../../lambdas/adapters/memory/in-flight.ts';
import { memoryRateMeter } from '../../lambdas/adapters/memory/rate.ts';
import { memoryRequests } from '../../lambdas/adapters/memory/requests.ts';
import { memoryDrainMarks, memoryWakeLedger } from '../../lambdas/adapters/memory/wakes.ts';
import { DELIVER_BATCH, MAX_RECEIVES } from '../../lambdas/contract/functions.ts';
import type { WakeTask } from '../../lambdas/contract/tasks.ts';
import type { Endpoint } from '../../lambdas/domain/endpoint.ts';
import type { Mail } from '../../lambdas/ports/mailer.ts';
import type { QueuedMessage } from '../../lambdas/ports/message-source.ts';
import type { WakeTimer } from '../../lambdas/ports/wakes.ts';
import { type Circuits, createCircuits } from './circuits.ts';
import { type Claims, createClaims } from './claims.ts';
import { createDice, type Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import { createHistory, type History } from './history.ts';
import type { Keyring } from './keyring.ts';
import { createLaggingIndex, type LaggingIndex } from './lagging-index.ts';
import { type LambdaRules, RESTLESS } from './lambda-model.ts';
import { DELIVERY_VISIBILITY_MS, OTHER_VISIBILITY_MS } from './limits.ts';
import { createPublishedBodies, type PublishedBodies } from './published-bodies.ts';
import { createQueue, type QueueModel, type QueueSettings, type QueueWorld } from './queue-model.ts';
import type { Receiver } from './receivers.ts';
import { createTimers } from './timer-model.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';

/** The moment every history begins: half a minute past a full one, so that minutes turn soon. */
const START_MS = Date.UTC(2026, 10, 23, 12, 0, 30);
export interface Site {
  readonly endpoint: Endpoint;
  readonly receiver: Receiver;
  readonly keyring: Keyring;
}

export interface World {
  readonly startedAt: number;
  readonly lambdaRules: LambdaRules;
  readonly time: VirtualTime;
  readonly dice: Dice;
  readonly faults: Faults;
  readonly history: History;
  readonly claims: Claims;
  readonly circuits: Circuits;
  readonly backlog: LaggingIndex;
  readonly stores: ReturnType<typeof createStores>;
  readonly queues: {
    readonly publish: QueueModel;
    readonly delivery: QueueModel;
    readonly wake: QueueModel;
    readonly alert: QueueModel;
  };
  readonly timer: WakeTimer;
  /** What workers took from the delivery queue by themselves in their present invocation, by process. */
  readonly taken: Map<string, readonly QueuedMessage[]>;
  /** What owners got, oldest first. */
  readonly mails: SentMail[];
  /** Invocations of the alert function that held this endpoint's message and met a fault or died. */
  readonly alertTroubles: Map<string, number>;
  /** Receivers by host name. */
  readonly sites: Map<string, Site>;
  readonly published: PublishedBodies;
  nextCall(): number;
}

/** A mail that left. */
export interface SentMail extends Mail {
  readonly at: number;
}

export interface WorldOptions {
  readonly seed: number;
  readonly tracing?: boolean;
  readonly faults: (dice: Dice, now: () => number) => Faults;
  readonly lambdaRules?: LambdaRules;
  /** A delivery queue with other rules than those of the small histories. */
  readonly deliveryQueue?: (services: QueueWorld, settings: QueueSettings) => QueueModel;
}

export function createWorld(options: WorldOptions): World {
  const time = createVirtualTime(START_MS);
  const dice = createDice(options.seed);
  const faults = options.faults(dice, time.now);
  const history = createHistory(time.now, options.tracing === true);
  const services = { time, dice, faults, history };
  let calls = 0;
  const settingsOf = (visibilityMs: number): QueueSettings => ({
    visibilityMs,
    maxReceives: MAX_RECEIVES,
    batch: DELIVER_BATCH,
  });
  const queue = (name: string, visibilityMs: number): QueueModel =>
    createQueue(services, name, settingsOf(visibilityMs));
  const queues = {
    publish: queue('publish', OTHER_VISIBILITY_MS),
    delivery:
      options.deliveryQueue?.(services, settingsOf(DELIVERY_VISIBILITY_MS)) ??
      queue('delivery', DELIVERY_VISIBILITY_MS),
    wake: queue('wake', OTHER_VISIBILITY_MS),
    alert: queue('alert', OTHER_VISIBILITY_MS),
  };
  const timer = createTimers(services, (wake) => {
    queues.wake.send(JSON.stringify({ v: 1, ...wake } satisfies WakeTask));
  });
  return {
    ...services,
    startedAt: START_MS,
    lambdaRules: options.lambdaRules ?? RESTLESS,
    claims: createClaims(history, time.now, faults.skewMs),
    circuits: createCircuits(history, time.now),
    backlog: createLaggingIndex(services),
    stores: createStores(),
    queues,
    timer,
    taken: new Map(),
    mails: [],
    alertTroubles: new Map(),
    sites: new Map(),
    published: createPublishedBodies(),
    nextCall: () => ++calls,
  };
}

function createStores() {
  return {
    alerts: memoryAlerts(),
    reviews: memoryWakeLedger(),
    config: memoryConfig(),
    events: memoryEvents(),
    bodies: memoryBodies(),
    deliveries: memoryDeliveries(),
    health: memoryHealth(),
    idempotency: memoryIdempotency(),
    rates: memoryRateMeter(),
    inFlight: memoryInFlight(),
    requests: memoryRequests(),
    ledger: memoryWakeLedger(),
    marks: memoryDrainMarks(),
  };
}
