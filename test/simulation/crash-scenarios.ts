/** Short histories of one thing each, for dying at every one of their calls. */
import type { Delivery } from '../../lambdas/domain/delivery/delivery.ts';
import type { Endpoint } from '../../lambdas/domain/endpoint.ts';
import type { Project } from '../../lambdas/domain/project.ts';
import { addEndpoint, addProject } from './cast.ts';
import { aCommand } from './commands.ts';
import type { Gateway } from './gateway.ts';
import { operate, resend } from './operators.ts';
import { publishOverHttp, publishOverQueue } from './publishers.ts';
import { alwaysDown, busy, downUntil, failsFirst, gone, healthy, type Receiver } from './receivers.ts';
import type { Scenario } from './scenario.ts';
import type { World } from './world.ts';

const SECOND = 1_000;
const MINUTE = 60_000;

const steady: Receiver = () => ({ kind: 'status', status: 200, afterMs: 2 * SECOND });

/** One event, from its publication to the end. */
export function oneEventTo(receiver: Receiver, endpoint: Partial<Endpoint> = {}): Scenario {
  return stage(receiver, endpoint, (world, gateway, { project }) => {
    publishAt(world, gateway, project, 0);
  });
}

/** Above what an event's own record holds. */
const LARGE = 'x'.repeat(210_000);

interface Set {
  readonly project: Project;
  readonly endpoint: Endpoint;
}

function stage(
  receiver: Receiver,
  settings: Partial<Endpoint>,
  play: (world: World, gateway: Gateway, set: Set) => void,
): Scenario {
  return async (world, gateway) => {
    const project = await addProject(world);
    const made = await addEndpoint(world, project, receiver, ['*']);
    const endpoint = { ...made, ...settings, version: made.version + 1 };
    await world.stores.config.replaceEndpoint(endpoint);
    if (settings.retry?.strategy === 'list') {
      world.history.policies.set(made.id, { floors: settings.retry.delaysSeconds, isRetried: () => true });
    }
    play(world, gateway, { project, endpoint });
  };
}

function publishAt(
  world: World,
  gateway: Gateway,
  project: Project,
  inMs: number,
  { deliverInMs, note = '' }: { readonly deliverInMs?: number; readonly note?: string } = {},
): void {
  const { deliverAt: _, ...any } = aCommand(world, 'invoice.paid');
  // Small unless a scenario asks: thousands of these histories are played, and bytes would take most of the time.
  const body = Buffer.from(`{ "nth":${inMs}, "a":1.0, "note":"${note}" }`);
  const now = { ...any, contentType: 'application/json', body, idempotencyKey: `${inMs}` };
  const at = world.time.now() + inMs;
  const later = deliverInMs === undefined ? now : { ...now, deliverAt: at + deliverInMs };
  world.time.at(at, () => void publishOverHttp(world, gateway, project, later));
}

function later(world: World, inMs: number, act: () => Promise<unknown>): void {
  world.time.at(world.time.now() + inMs, () => void act());
}

export interface CrashScenario {
  readonly name: string;
  readonly scenario: Scenario;
  /** How each delivery has to end, whatever died. */
  readonly ends: readonly Delivery['state']['status'][];
}

/** Accepted, refused twice, waiting first in the queue and then in the backlog, woken, delivered. */
export const MAIN: CrashScenario = {
  name: 'an event that is refused twice',
  scenario: oneEventTo(failsFirst(2)),
  ends: ['succeeded'],
};

export const CIRCUIT: CrashScenario = {
  name: 'a circuit that opens, probes, and recovers',
  ends: ['succeeded'],
  scenario: stage(downUntil(MINUTE), { alertEmails: ['ops@acme.example'] }, (world, gateway, { project }) => {
    for (let nth = 0; nth < 11; nth++) publishAt(world, gateway, project, nth * 400);
  }),
};

export const CRASH_SCENARIOS: readonly CrashScenario[] = [
  MAIN,
  {
    name: 'an event too large for its record',
    ends: ['succeeded'],
    scenario: stage(failsFirst(2), {}, (world, gateway, { project }) => {
      publishAt(world, gateway, project, 0, { note: LARGE });
    }),
  },
  {
    name: 'an event too large for its record, for later',
    ends: ['succeeded'],
    scenario: stage(healthy, {}, (world, gateway, { project }) => {
      publishAt(world, gateway, project, 0, { deliverInMs: 5 * MINUTE, note: LARGE });
    }),
  },
  {
    name: 'an event by the publish queue',
    ends: ['succeeded'],
    scenario: stage(healthy, {}, (world, _, { project }) => {
      const { deliverAt: __, ...command } = aCommand(world, 'invoice.paid');
      later(world, 0, async () => publishOverQueue(world, project, command));
    }),
  },
  { name: 'an event for a receiver that is gone', scenario: oneEventTo(gone), ends: ['failed'] },
  {
    name: 'an event that is given up',
    ends: ['failed'],
    scenario: oneEventTo(alwaysDown, {
      retry: { strategy: 'list', delaysSeconds: [1, 70] },
      alertEmails: ['ops@acme.example'],
    }),
  },
  { name: 'a receiver that asks for time', scenario: oneEventTo(busy(90)), ends: ['succeeded'] },
  {
    name: 'an event for later',
    ends: ['succeeded'],
    scenario: stage(healthy, {}, (world, gateway, { project }) => {
      publishAt(world, gateway, project, 0, { deliverInMs: 5 * MINUTE });
    }),
  },
  {
    name: 'events for an endpoint that is paused and enabled',
    ends: ['succeeded'],
    scenario: stage(failsFirst(1), {}, (world, gateway, { project, endpoint }) => {
      publishAt(world, gateway, project, 0);
      later(world, 2 * SECOND, () => operate(world, gateway, project, endpoint.id, 'pauseEndpoint'));
      publishAt(world, gateway, project, 12 * SECOND);
      later(world, MINUTE, () => operate(world, gateway, project, endpoint.id, 'enableEndpoint'));
      // Who was not answered may have given up: they look again, and press again.
      later(world, 2 * MINUTE, () => operate(world, gateway, project, endpoint.id, 'enableEndpoint'));
    }),
  },
  {
    name: 'an event for an endpoint that is deleted while it waits',
    ends: ['canceled', 'succeeded'],
    scenario: stage(failsFirst(3), {}, (world, gateway, { project, endpoint }) => {
      publishAt(world, gateway, project, 0);
      later(world, 30 * SECOND, () => operate(world, gateway, project, endpoint.id, 'deleteEndpoint'));
    }),
  },
  {
    name: 'an event that a person sends again',
    ends: ['succeeded'],
    scenario: stage(healthy, {}, (world, gateway, { project }) => {
      publishAt(world, gateway, project, 0);
      later(world, 10 * SECOND, async () => {
        const [delivery] = world.stores.deliveries.all();
        if (delivery === undefined) return;
        world.history.asked.add(delivery.event);
        await resend(world, gateway, project, delivery);
      });
    }),
  },
  {
    name: 'events above a rate limit and a limit in flight',
    ends: ['succeeded'],
    scenario: stage(
      steady,
      { rateLimit: { limit: 1, per: 'second' }, maxInFlight: 1 },
      (world, gateway, { project }) => {
        for (let nth = 0; nth < 3; nth++) publishAt(world, gateway, project, nth * 100);
      },
    ),
  },
];
