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
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Routing pages and their continuation go by this text: subscriptions of one endpoint stand together. */
export function routingPosition(subscription: Subscription): string {
  return `${subscription.endpoint}#${subscription.id}`;
}
