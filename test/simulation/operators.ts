/** People at the API: they pause, disable, delete and resend, and press the button again when it fails. */
import type { KeyedRouteName } from '../../lambdas/contract/api/routes.ts';
import { type DeliveryKey, deliveryId } from '../../lambdas/domain/ids.ts';
import type { Project } from '../../lambdas/domain/project.ts';
import type { Answer } from '../../lambdas/ports/use-case.ts';
import type { Gateway } from './gateway.ts';
import type { Keyring } from './keyring.ts';
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
  const { operated, stoppedAt } = world.history;
  operated.add(endpoint);
  const enabling = enablingIn(world, endpoint);
  if (button === 'enableEndpoint') {
    stoppedAt.delete(endpoint);
    enabling.begun++;
    enabling.now++;
  }
  const { begun, now } = enabling;
  const answer = await press(world, gateway, {
    project,
    route: button,
    id: endpoint,
    tries: patience(world),
  });
  if (button === 'enableEndpoint') enabling.now--;
  // Who was enabling it meanwhile undid this at an unknown moment.
  else if (answer !== undefined && now === 0 && enabling.begun === begun) {
    stoppedAt.set(endpoint, world.time.now());
  }
}

/** People who press the button that enables an endpoint: so far, and right now. */
interface Enabling {
  begun: number;
  now: number;
}

const enablers = new WeakMap<World, Map<string, Enabling>>();

function enablingIn(world: World, endpoint: string): Enabling {
  const known = enablers.get(world) ?? new Map<string, Enabling>();
  enablers.set(world, known);
  const one = known.get(endpoint) ?? { begun: 0, now: 0 };
  known.set(endpoint, one);
  return one;
}

export interface Rotation {
  readonly endpoint: string;
  readonly keyring: Keyring;
  readonly overlapMs: number;
}

/** `POST /v1/endpoints/{id}/rotate_secret`, until there is an answer. */
export async function rotate(
  world: World,
  gateway: Gateway,
  project: Project,
  { endpoint, keyring, overlapMs }: Rotation,
): Promise<void> {
  keyring.rotating(world.time.now(), overlapMs);
  const text = JSON.stringify({ overlap_seconds: overlapMs / 1000 });
  for (let nth = 0; nth < MAX_TRIES; nth++) {
    const answer = await press(world, gateway, {
      project,
      route: 'rotateSecret',
      id: endpoint,
      tries: MAX_TRIES,
      text,
    });
    if (answer !== undefined) {
      keyring.rotated(world.time.now(), (answer.body as { readonly secret: string }).secret);
      return;
    }
    const [still] = await world.stores.config.endpoints(project.id, [endpoint]);
    if (still === undefined) return;
  }
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
  readonly text?: string;
}

/** The answer, or nothing when it was refused or the person gave up. */
async function press(world: World, gateway: Gateway, press: Press): Promise<Answer | undefined> {
  const { history, dice, time } = world;
  const call = {
    project: press.project,
    params: { id: press.id },
    query: {},
    text: press.text,
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
