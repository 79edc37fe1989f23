import type { Forward } from './rewrite/forward.ts';

/** Which events an endpoint gets. Belongs to one endpoint and shares its owner. */
export interface Subscription {
  readonly id: string;
  readonly project: string;
  readonly owner?: string;
  readonly endpoint: string;
  /** Exact types, `invoice.*`, or `*`. */
  readonly eventTypes: readonly string[];
  /**
   * What else an event must be like, as JSON text: databases reorder an object's keys and round its numbers, and it is
   * shown as it was given. Checked before it is stored.
   */
  readonly filter?: string;
  /** What of the call that an inbound event came in with goes out. */
  readonly forward?: Forward;
  /** A JSONata expression that makes of an event what goes out. Its syntax was checked before it was stored. */
  readonly transformation?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Whether anything that comes through it may go out as something else. */
export function isRewriting({ forward, transformation }: Subscription): boolean {
  return forward !== undefined || transformation !== undefined;
}

/** Routing pages and their continuation go by this text: subscriptions of one endpoint stand together. */
export function routingPosition(subscription: Subscription): string {
  return `${subscription.endpoint}#${subscription.id}`;
}
