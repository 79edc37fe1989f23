/** What an all-seeing observer writes down during one history; the invariants are judged on it. */
import type { Lease } from '../../lambdas/domain/delivery/delivery.ts';
import { type DeliveryKey, deliveryId } from '../../lambdas/domain/ids.ts';
import type { Said } from './oracle.ts';
import type { PolicyCase } from './policies.ts';

export type Invariant =
  | 'no accepted event is lost'
  | 'no false success'
  | 'attempt records equal requests that left'
  | 'same id and bytes on every attempt'
  | 'attempts keep to the schedule'
  | 'nothing is sent before it is due'
  | 'one claimed attempt at a time'
  | 'an open circuit lets one probe through'
  | 'nothing is sent to a stopped endpoint'
  | 'what is refused is kept'
  | 'no limit is exceeded'
  | 'only poison is dead-lettered'
  | 'everything comes to rest';

export interface Violation {
  readonly invariant: Invariant;
  readonly at: number;
  readonly what: string;
}

/** A publisher was told "accepted", by a 2xx or by the publish queue taking its message. */
export interface Promised extends Said {
  readonly project: string;
  readonly event: string;
  /** When it asked the event to be delivered. */
  readonly deliverAt?: number;
  /** When the publisher began, and when it had its answer. */
  readonly from: number;
  readonly until: number;
}

/** By the queue's own id, and the project that may look at it. */
export interface RefusedMessage {
  readonly message: string;
  readonly project: string;
}

/** One request on its way to a receiver. */
export interface SentRequest extends DeliveryKey {
  readonly number: number;
  readonly by: { readonly name: string; isAlive(): boolean };
  readonly sentAt: number;
  /** The claim it was sent under; absent for an unclaimed first attempt. */
  readonly lease?: Lease;
  /** It finds out whether a circuit may close. */
  readonly isProbe: boolean;
  /** Its worker met a fault a short time before. */
  readonly late: boolean;
  /** What the receiver answered, whether or not the answer arrived. */
  status?: number;
  /** How long it asked us to wait. */
  retryAfterMs?: number;
  /** The gateway knows how it ended. */
  endedAt?: number;
}

/** A person asked for another attempt and was told it is on its way. */
export interface ManualRequest extends DeliveryKey {
  /** When the person asked for the first time. */
  readonly from: number;
}

export interface History {
  readonly violations: readonly Violation[];
  readonly promised: Promised[];
  readonly requests: readonly SentRequest[];
  readonly manual: ManualRequest[];
  /** Events a person tried to send again: they may leave before they are due. */
  readonly asked: Set<string>;
  /** By endpoint, where it isn't the default. */
  readonly policies: Map<string, PolicyCase>;
  /** Endpoints that somebody paused, disabled, enabled or deleted. */
  readonly operated: Set<string>;
  /** Since when somebody knows that an endpoint is paused, disabled or deleted. */
  readonly stoppedAt: Map<string, number>;
  /** By how much a message of the delivery queue was handed out too late at most: all workers were busy. */
  lateMs: number;
  /** Messages that none of our code can read, as `queue: body`. */
  readonly poison: string[];
  /** Messages of publishers that can be no event. */
  readonly refused: RefusedMessage[];
  violate(invariant: Invariant, what: string): void;
  addRequest(request: SentRequest): void;
  /** Requests of one delivery, in the order they left. */
  requestsOf(key: DeliveryKey): readonly SentRequest[];
  /** An invocation that held this delivery's message met a fault or died. */
  addTrouble(key: DeliveryKey): void;
  /** Of a message: what becomes of it looks like what a lost worker leaves. */
  noteTrouble(message: string): void;
  troubles(key: DeliveryKey): number;
  /** When this process last met a fault or died. */
  noteFault(process: string): void;
  lastFault(process: string): number | undefined;
  /** Another copy of a delivery's task is on its way: sent again, or handed out twice. */
  noteCopy(message: string): void;
  /** Copies up to a moment; one is what every delivery has. */
  copies(key: DeliveryKey, until: number): number;
  trace(what: () => string): void;
  lines(): readonly string[];
}

export function createHistory(now: () => number, tracing: boolean): History {
  const start = now();
  const violations: Violation[] = [];
  const troubles = new Map<string, number>();
  const faults = new Map<string, number>();
  const copies = new Map<string, number[]>();
  const lines: string[] = [];
  const requests: SentRequest[] = [];
  const requestsBy = new Map<string, SentRequest[]>();
  return {
    violations,
    promised: [],
    requests,
    manual: [],
    asked: new Set(),
    policies: new Map(),
    operated: new Set(),
    stoppedAt: new Map(),
    lateMs: 0,
    poison: [],
    refused: [],
    violate(invariant, what) {
      violations.push({ invariant, at: now() - start, what });
      if (tracing) lines.push(line(now() - start, `VIOLATED ${invariant}: ${what}`));
    },
    addRequest(request) {
      requests.push(request);
      const id = deliveryId(request);
      const some = requestsBy.get(id);
      if (some === undefined) requestsBy.set(id, [request]);
      else some.push(request);
    },
    requestsOf: (key) => requestsBy.get(deliveryId(key)) ?? [],
    addTrouble(key) {
      const id = deliveryId(key);
      troubles.set(id, (troubles.get(id) ?? 0) + 1);
    },
    noteTrouble(message) {
      const { event, endpoint } = keyIn(message);
      if (event !== undefined && endpoint !== undefined) this.addTrouble({ event, endpoint });
    },
    troubles: (key) => troubles.get(deliveryId(key)) ?? 0,
    noteCopy(message) {
      const { event, endpoint } = keyIn(message);
      if (event === undefined || endpoint === undefined) return;
      const id = deliveryId({ event, endpoint });
      copies.set(id, [...(copies.get(id) ?? []), now()]);
    },
    copies: (key, until) => (copies.get(deliveryId(key)) ?? []).filter((at) => at <= until).length,
    noteFault: (process) => void faults.set(process, now()),
    lastFault: (process) => faults.get(process),
    trace(what) {
      if (tracing) lines.push(line(now() - start, what()));
    },
    lines: () => lines,
  };
}

function keyIn(message: string): Partial<DeliveryKey> {
  try {
    return JSON.parse(message);
  } catch {
    // Poison.
    return {};
  }
}

function line(ms: number, what: string): string {
  return `${(ms / 1000).toFixed(3).padStart(11)} s  ${what}`;
}
