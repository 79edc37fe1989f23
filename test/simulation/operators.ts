/** People at the API: they pause, disable, delete and resend, and press the button again when it fails. */
import type { EndpointStatus } from '../../lambdas/domain/endpoint.ts';
import type { DeliveryKey } from '../../lambdas/domain/ids.ts';
import type { Project } from '../../lambdas/domain/project.ts';
import { cancelWaiting, releaseEndpoint } from '../../lambdas/flow/release.ts';
import { replayEvent, resendDelivery } from '../../lambdas/flow/resend.ts';
import type { ApiDeps, Gateway } from './gateway.ts';
import type { World } from './world.ts';

const MAX_TRIES = 60;

/** `POST /v1/endpoints/{id}/{pause,resume,disable,enable}`. Repeating one that half happened completes it. */
export async function setStatus(
  world: World,
  gateway: Gateway,
  project: Project,
  endpointId: string,
  status: EndpointStatus,
): Promise<void> {
  await insist(world, gateway, async (deps) => {
    for (;;) {
      const [endpoint] = await deps.endpoints.endpoints(project.id, [endpointId]);
      if (endpoint === undefined) return;
      const changed = { ...endpoint, status, updatedAt: deps.clock.now(), version: endpoint.version + 1 };
      const done =
        endpoint.status === status || (await deps.endpoints.replaceEndpoint(changed)) === 'replaced';
      if (!done) continue;
      if (status === 'enabled') await releaseEndpoint(deps, changed);
      return;
    }
  });
  world.history.trace(() => `${endpointId} is ${status}`);
}

/** `DELETE /v1/endpoints/{id}`. What was held for it is released, to be canceled. */
export async function deleteEndpoint(
  world: World,
  gateway: Gateway,
  project: Project,
  endpointId: string,
): Promise<void> {
  await insist(world, gateway, async (deps) => {
    const { endpoint } = world.sites.get(hostOf(endpointId))!;
    for (const subscription of await deps.subscriptions.subscriptionsOfEndpoint(endpoint)) {
      await deps.subscriptions.deleteSubscription(subscription);
    }
    await cancelWaiting(deps, endpoint);
    await deps.endpoints.deleteEndpoint(project.id, endpointId);
  });
  world.history.trace(() => `${endpointId} is deleted`);
}

/** `POST /v1/deliveries/{id}/retry`. A refusal (paused, in progress) is an answer. */
export async function resend(
  world: World,
  gateway: Gateway,
  project: Project,
  key: DeliveryKey,
): Promise<void> {
  const result = await insist(world, gateway, (deps) => resendDelivery(deps, project, key));
  if (result?.ok) noteManual(world, key);
}

/** `POST /v1/events/{id}/replay`. */
export async function replay(world: World, gateway: Gateway, project: Project, event: string): Promise<void> {
  const result = await insist(world, gateway, (deps) => replayEvent(deps, project, event));
  if (result?.ok) for (const key of result.value) noteManual(world, key);
}

function noteManual(world: World, key: DeliveryKey): void {
  world.history.trace(() => `${key.event} to ${key.endpoint} will be sent again`);
  world.history.manual.push({ event: key.event, endpoint: key.endpoint, at: world.time.now() });
}

async function insist<T>(
  world: World,
  gateway: Gateway,
  act: (deps: ApiDeps) => Promise<T>,
): Promise<T | undefined> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    try {
      return await gateway.api.run(act);
    } catch {
      await world.time.sleep(world.dice.between(500, 60_000));
    }
  }
  world.history.violate('everything comes to rest', 'a person was never answered');
  return undefined;
}

export function hostOf(endpointId: string): string {
  return `${endpointId.replace('_', '-').toLowerCase()}.example`;
}
