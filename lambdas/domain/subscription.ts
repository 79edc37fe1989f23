/** Which events an endpoint gets. Belongs to one endpoint and shares its owner. */
export interface Subscription {
  readonly id: string;
  readonly project: string;
  readonly owner?: string;
  readonly endpoint: string;
  /** Exact types, `invoice.*`, or `*`. */
  readonly eventTypes: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Routing pages and their continuation go by this text: subscriptions of one endpoint stand together. */
export function routingPosition(subscription: Subscription): string {
  return `${subscription.endpoint}#${subscription.id}`;
}
