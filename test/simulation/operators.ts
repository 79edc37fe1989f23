/** People at the API: they pause, disable, delete and resend, and press the button again when it fails. */
import type { KeyedRouteName } from '../../lambdas/contract/api/routes.ts';
import { type DeliveryKey, deliveryId } from '../../lambdas/domain/ids.ts';
import type { Project } from '../../lambdas/domain/project.ts';
import type { Answer } from '../../lambdas/ports/use-case.ts';
import type { Gateway } from './gateway.ts';
import type { World } from './world.ts';

const MAX_TRIES = 60;

export type EndpointButton = Extract<
  KeyedRouteName,
  'pauseEndpoint' | 'disableEndpoint' | 'enableEndpoint' | 'deleteEndpoint'
>;

/** `POST /v1/endpoints/{id}/pause` and the like. What half happened is completed by a repeat, or has to be harmless. */
export async function operate(
  world: World,
  gateway: Gateway,
  project: Project,
  endpoint: string,
  button: EndpointButton,
): Promise<void> {
  world.history.operated.add(endpoint);
  await press(world, gateway, { project, route: button, id: endpoint, tries: patience(world) });
}

/** `POST /v1/deliveries/{id}/retry`. */
export async function resend(
  world: World,
  gateway: Gateway,
  project: Project,
  key: DeliveryKey,
): Promise<void> {
  const from = world.time.now();
  const request = { project, route: 'retryDelivery', id: deliveryId(key), tries: patience(world) } as const;
  const answer = await press(world, gateway, request);
  if (answer !== undefined) world.history.manual.push({ ...key, from });
}

/** `POST /v1/events/{id}/replay`. */
export async function replay(world: World, gateway: Gateway, project: Project, event: string): Promise<void> {
  const from = world.time.now();
  const request = { project, route: 'replayEvent', id: event, tries: patience(world) } as const;
  const answer = await press(world, gateway, request);
  const { deliveries } = (answer?.body ?? { deliveries: [] }) as {
    readonly deliveries: readonly { readonly endpoint_id: string }[];
  };
  for (const { endpoint_id: endpoint } of deliveries) world.history.manual.push({ event, endpoint, from });
}

interface Press {
  readonly project: Project;
  readonly route: KeyedRouteName;
  readonly id: string;
  readonly tries: number;
}

/** The answer, or nothing when it was refused or the person gave up. */
async function press(world: World, gateway: Gateway, press: Press): Promise<Answer | undefined> {
  const { history, dice, time } = world;
  const call = {
    project: press.project,
    params: { id: press.id },
    query: {},
    text: undefined,
    idempotencyKey: `button-${dice.between(0, 1e9)}`,
  };
  for (let attempt = 0; attempt < press.tries; attempt++) {
    try {
      const result = await gateway.api.run((useCases) => useCases[press.route](call));
      const said = result.ok ? result.value.status : result.failure.kind;
      history.trace(() => `${press.route} ${press.id}: ${said}`);
      return result.ok ? result.value : undefined;
    } catch {
      await time.sleep(dice.between(500, 60_000));
    }
  }
  if (press.tries === MAX_TRIES) history.violate('everything comes to rest', 'a person was never answered');
  return undefined;
}

/** After an error, some people give up: then nothing was promised, and still nothing may be lost. */
function patience({ dice }: World): number {
  return dice.chance(0.5) ? 1 : MAX_TRIES;
}
