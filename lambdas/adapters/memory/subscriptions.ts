import { routingPosition, type Subscription } from '../../domain/subscription.ts';
import type { SubscriptionStore } from '../../ports/config.ts';

/** Subscriptions by project and id, and a routing version a project. */
export function memorySubscriptions(): SubscriptionStore {
  const subscriptions = new Map<string, Subscription>();
  const versions = new Map<string, number>();
  const raise = (project: string): void => {
    versions.set(project, (versions.get(project) ?? 0) + 1);
  };
  const ofProject = (project: string): Subscription[] =>
    [...subscriptions.values()].filter((subscription) => subscription.project === project);

  return {
    async routingVersion(project) {
      return versions.get(project) ?? 0;
    },
    async subscriptionsOf(project, owner, limit, after = '') {
      const left = ofProject(project)
        .filter((subscription) => subscription.owner === owner && routingPosition(subscription) > after)
        .sort(byRoutingPosition);
      const taken = left.slice(0, limit);
      return {
        subscriptions: taken,
        ...(left.length > limit && { next: routingPosition(taken.at(-1)!) }),
      };
    },
    async putSubscription(subscription) {
      subscriptions.set(`${subscription.project}#${subscription.id}`, subscription);
      raise(subscription.project);
    },
    async deleteSubscription(subscription) {
      subscriptions.delete(`${subscription.project}#${subscription.id}`);
      raise(subscription.project);
    },
    async subscription(project, id) {
      return subscriptions.get(`${project}#${id}`);
    },
    async listSubscriptions(query) {
      const left = ofProject(query.project)
        .filter((subscription) => query.owner === undefined || subscription.owner === query.owner)
        .filter((subscription) => query.endpoint === undefined || subscription.endpoint === query.endpoint)
        .filter((subscription) => query.after === undefined || subscription.id < query.after)
        .sort((a, b) => (a.id < b.id ? 1 : -1));
      return { items: left.slice(0, query.limit), more: left.length > query.limit };
    },
    async subscriptionsOfEndpoint(endpoint) {
      return ofProject(endpoint.project)
        .filter((subscription) => subscription.endpoint === endpoint.id)
        .filter((subscription) => subscription.owner === endpoint.owner)
        .sort(byRoutingPosition);
    },
  };
}

function byRoutingPosition(a: Subscription, b: Subscription): number {
  return routingPosition(a) < routingPosition(b) ? -1 : 1;
}
