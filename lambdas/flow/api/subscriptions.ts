/** Subscriptions: which events an endpoint gets. */
import { checkText } from '../../contract/api/check.ts';
import {
  createSubscription,
  listSubscriptions,
  UPDATE_SUBSCRIPTION_HINTS,
  updateSubscription,
} from '../../contract/api/subscriptions.ts';
import { idTimeMs, newId } from '../../domain/ids.ts';
import { ok } from '../../domain/result.ts';
import { isRewriting, type Subscription } from '../../domain/subscription.ts';
import type { Random } from '../../ports/clock.ts';
import type { EndpointReader, SubscriptionStore } from '../../ports/config.ts';
import type { WakeQueue } from '../../ports/queues.ts';
import type { Transformer } from '../../ports/transformer.ts';
import type { UseCase } from '../../ports/use-case.ts';
import { releaseUnsendable } from '../waiting/release.ts';
import { subscriptionView } from './endpoint-view.ts';
import { findEndpoint, findSubscription } from './find.ts';
import { pageAnswer, readList } from './list.ts';
import { claimOnce, type OnceDeps } from './once.ts';
import { readBeyondSchema } from './read-subscription.ts';

export interface SubscriptionsDeps extends OnceDeps {
  readonly transformer: Transformer;
  readonly wakeQueue: WakeQueue;
  readonly random: Random;
  readonly endpoints: EndpointReader;
  readonly subscriptions: SubscriptionStore;
}

type Name =
  | 'createSubscription'
  | 'listSubscriptions'
  | 'getSubscription'
  | 'updateSubscription'
  | 'deleteSubscription';

export function subscriptionUseCases(deps: SubscriptionsDeps): Readonly<Record<Name, UseCase>> {
  return {
    async createSubscription(call) {
      const fields = checkText(createSubscription, call.text);
      if (!fields.ok) return fields;
      const judged = await readBeyondSchema(deps, call.project.id, fields.value);
      if (!judged.ok) return judged;
      const endpoint = await findEndpoint(deps, call.project, fields.value.endpoint_id, 'endpoint_id');
      if (!endpoint.ok) return endpoint;
      const proposed = newId('sub', deps.clock.now(), deps.random.bytes(16));
      const claimed = await claimOnce(deps, call, 'createSubscription', proposed);
      if (!claimed.ok) return claimed;
      const { value: id, repeat } = claimed.value;
      const { owner, project } = endpoint.value;
      const made: Subscription = {
        id,
        project,
        ...(owner !== undefined && { owner }),
        endpoint: endpoint.value.id,
        eventTypes: fields.value.event_types ?? ['*'],
        ...(judged.value.filter !== undefined && { filter: judged.value.filter }),
        ...judged.value.rewriting,
        createdAt: idTimeMs(id),
        updatedAt: idTimeMs(id),
      };
      const existing = repeat ? await deps.subscriptions.subscription(project, id) : undefined;
      if (existing === undefined) await deps.subscriptions.putSubscription(made);
      return ok({ status: 201, body: subscriptionView(existing ?? made) });
    },

    async listSubscriptions(call) {
      const request = readList(call, 'listSubscriptions', listSubscriptions);
      if (!request.ok) return request;
      const { filters, limit, position } = request.value;
      if (filters.endpoint_id !== undefined) {
        const endpoint = await findEndpoint(deps, call.project, filters.endpoint_id, 'endpoint_id');
        if (!endpoint.ok) return endpoint;
      }
      const page = await deps.subscriptions.listSubscriptions({
        project: call.project.id,
        limit,
        ...(filters.endpoint_id !== undefined && { endpoint: filters.endpoint_id }),
        ...(filters.owner_id !== undefined && { owner: filters.owner_id }),
        ...(position !== undefined && { after: position }),
      });
      const next = page.more ? page.items.at(-1)?.id : undefined;
      return ok(pageAnswer(call, request.value, { data: page.items.map(subscriptionView), next }));
    },

    async getSubscription(call) {
      const found = await findSubscription(deps, call.project, call.params.id!);
      return found.ok ? ok({ status: 200, body: subscriptionView(found.value) }) : found;
    },

    async updateSubscription(call) {
      const patch = checkText(updateSubscription, call.text, { hints: UPDATE_SUBSCRIPTION_HINTS });
      if (!patch.ok) return patch;
      const found = await findSubscription(deps, call.project, call.params.id!);
      if (!found.ok) return found;
      const judged = await readBeyondSchema(deps, call.project.id, patch.value, found.value);
      if (!judged.ok) return judged;
      const { filter: before, forward: _, transformation: __, ...rest } = found.value;
      const after = patch.value.filter === undefined ? before : judged.value.filter;
      const changed: Subscription = {
        ...rest,
        eventTypes: patch.value.event_types ?? rest.eventTypes,
        ...(after !== undefined && { filter: after }),
        ...judged.value.rewriting,
        updatedAt: deps.clock.now(),
      };
      await deps.subscriptions.putSubscription(changed);
      const { forward, transformation } = patch.value;
      if (forward !== undefined || transformation !== undefined) await releaseUnsendable(deps, changed);
      return ok({ status: 200, body: subscriptionView(changed) });
    },

    async deleteSubscription(call) {
      const found = await findSubscription(deps, call.project, call.params.id!);
      if (!found.ok) return found;
      // Before, because nobody could repeat what came after: by the time these wakes come, it is gone.
      if (isRewriting(found.value))
        await releaseUnsendable(deps, { ...found.value, updatedAt: deps.clock.now() });
      await deps.subscriptions.deleteSubscription(found.value);
      return ok({ status: 204 });
    },
  };
}
