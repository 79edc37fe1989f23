/** Who takes part in a history: projects, their endpoints, and who answers there. */
import type { Endpoint } from '../../lambdas/domain/endpoint.ts';
import { newId, randomFrom } from '../../lambdas/domain/ids.ts';
import { NO_ALLOWANCE, type Project } from '../../lambdas/domain/project.ts';
import { formatSecret } from '../../lambdas/domain/sign.ts';
import { OWNERS } from './commands.ts';
import type { Dice } from './dice.ts';
import { createKeyring } from './keyring.ts';
import { FILTERS } from './oracle.ts';
import { ownPolicyOf } from './policies.ts';
import type { Receiver } from './receivers.ts';
import type { World } from './world.ts';

/** So many subscriptions look into events. */
const FILTERED = 0.3;
const PATTERNS = ['*', 'invoice.*', 'invoice.paid', 'user.created'] as const;

export async function addProject(world: World): Promise<Project> {
  const project: Project = {
    id: newId('prj', world.time.now(), world.dice.bytes(16)),
    name: 'Acme',
    operator: false,
    eventShards: 4,
    egress: NO_ALLOWANCE,
    cursorSecret: '',
    createdAt: world.time.now(),
  };
  await world.stores.config.createProject(project);
  return project;
}

export async function addEndpoint(
  world: World,
  project: Project,
  receiver: Receiver,
  patterns?: readonly string[],
  filtered = patterns === undefined,
  limits: Limits = {},
): Promise<Endpoint> {
  const { dice, stores, time } = world;
  const now = time.now();
  const id = newId('ep', now, dice.bytes(16));
  const owner = patterns === undefined ? dice.pick(OWNERS) : undefined;
  const own = patterns === undefined ? ownPolicyOf(id) : undefined;
  if (own !== undefined) world.history.policies.set(id, own);
  const endpoint = await addReceiver(world, receiver, {
    id,
    project: project.id,
    ...(owner !== undefined && { owner }),
    timeoutSeconds: dice.between(3, 15),
    ...(own?.policy !== undefined && { retry: own.policy }),
    ...limits,
  });
  for (const eventTypes of patterns === undefined
    ? [[dice.pick(PATTERNS)], [dice.pick(PATTERNS)]]
    : [patterns]) {
    await stores.config.putSubscription({
      id: newId('sub', now, dice.bytes(16)),
      project: project.id,
      ...(owner !== undefined && { owner }),
      endpoint: id,
      eventTypes,
      ...(filtered && dice.chance(FILTERED) && { filter: dice.pick(FILTERS).filter }),
      createdAt: now,
      updatedAt: now,
    });
  }
  return endpoint;
}

type Limits = Pick<Endpoint, 'rateLimit' | 'maxInFlight'>;

/** Of so many endpoints, and such that a dozen events are too many. */
export function someLimits(dice: Dice, share: number): Limits {
  return {
    ...(dice.chance(share) && {
      rateLimit: dice.pick([
        { limit: 1, per: 'second' },
        { limit: 5, per: 'second' },
        { limit: 20, per: 'minute' },
        { limit: 120, per: 'hour' },
      ] as const),
    }),
    ...(dice.chance(share) && { maxInFlight: dice.between(1, 3) }),
  };
}

/** An endpoint nobody subscribed to anything, and who answers there. */
export async function addReceiver(
  { dice, stores, time, sites }: World,
  receiver: Receiver,
  of: Pick<Endpoint, 'id' | 'project' | 'timeoutSeconds'> & Partial<Endpoint>,
): Promise<Endpoint> {
  const now = time.now();
  const endpoint: Endpoint = {
    url: `https://${hostOf(of.id)}/hooks`,
    description: '',
    status: 'enabled',
    headers: {},
    secrets: [{ key: formatSecret(dice.bytes(32)) }],
    createdAt: now,
    updatedAt: now,
    version: 1,
    ...of,
  };
  await stores.config.createEndpoint(endpoint);
  const keyring = createKeyring(endpoint.secrets[0]!.key, randomFrom(of.id)[1]! % 2 === 0);
  sites.set(hostOf(of.id), { endpoint, receiver, keyring });
  return endpoint;
}

export function hostOf(endpointId: string): string {
  return `${endpointId.replace('_', '-').toLowerCase()}.example`;
}
