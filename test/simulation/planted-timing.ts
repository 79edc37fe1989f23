/** Bugs of sending at the wrong moment: too early, too often, at once with others, to a stopped endpoint. */
import { hasEnded } from '../../lambdas/domain/delivery/delivery.ts';
import { outage } from './outage.ts';
import { changing, type PlantedBug, reading, sending } from './planted-bug.ts';
import type { Ports } from './ports.ts';
import { limitedLife } from './scenario.ts';

const HOUR_MS = 3600_000;

export const BAD_TIMING: readonly PlantedBug[] = [
  {
    bug: 'halves the delay',
    caughtBy: 'attempts keep to the schedule',
    plant: changing((delivery) => {
      const { state, updatedAt } = delivery;
      if (state.status !== 'waiting') return delivery;
      return { ...delivery, state: { ...state, dueAt: updatedAt + (state.dueAt - updatedAt) / 2 } };
    }),
  },
  {
    bug: 'does not hear Retry-After',
    caughtBy: 'attempts keep to the schedule',
    plant: sending(async (ports, call) => {
      const result = await ports.http.post(call);
      return result.kind === 'response'
        ? { ...result, response: { ...result.response, headers: {} } }
        : result;
    }),
  },
  {
    bug: 'never gives up',
    caughtBy: 'attempts keep to the schedule',
    plant: changing((delivery) => {
      const { state, updatedAt } = delivery;
      if (state.status !== 'failed' || state.stopReason !== 'exhausted') return delivery;
      return { ...delivery, state: { status: 'waiting', dueAt: updatedAt + 24 * HOUR_MS, where: 'backlog' } };
    }),
  },
  {
    bug: 'tries again after success',
    caughtBy: 'attempts keep to the schedule',
    plant: reading((state) => (hasEnded(state) ? { status: 'waiting', dueAt: 0, where: 'queue' } : state)),
  },
  {
    bug: "takes no notice of another worker's lease",
    caughtBy: 'one claimed attempt at a time',
    plant: reading((state) =>
      state.status === 'sending' ? { ...state, lease: { ...state.lease, until: 0 } } : state,
    ),
  },
  {
    bug: 'lets what is to be delivered later be due at once',
    caughtBy: 'nothing is sent before it is due',
    plant: changing((delivery) => {
      const { state, deliverAt, version, createdAt } = delivery;
      if (deliverAt === undefined || version !== 1 || state.status !== 'waiting') return delivery;
      return { ...delivery, state: { ...state, dueAt: createdAt } };
    }),
  },
  {
    bug: 'gives everybody the same free slot',
    caughtBy: 'no limit is exceeded',
    scenario: limitedLife,
    plant: (ports) => ({
      ...ports,
      rates: { take: async ({ now }) => now },
    }),
  },
  {
    bug: 'sees nobody else who holds places in flight',
    caughtBy: 'no limit is exceeded',
    scenario: limitedLife,
    plant: (ports) => ({
      ...ports,
      inFlight: {
        ...ports.inFlight,
        async get(endpoint) {
          const state = await ports.inFlight.get(endpoint);
          return state && { ...state, holders: [] };
        },
      },
    }),
  },
  {
    bug: 'sends without looking at circuits',
    caughtBy: 'an open circuit lets one probe through',
    scenario: outage,
    plant: (ports) => ({
      ...ports,
      health: { ...ports.health, getMany: async (endpoints) => endpoints.map(() => undefined) },
    }),
  },
  {
    bug: 'remembers endpoints for as long as its process lives',
    caughtBy: 'nothing is sent to a stopped endpoint',
    plant: (ports) => {
      const known = new Map<string, Promise<Awaited<ReturnType<Ports['config']['endpoints']>>>>();
      return {
        ...ports,
        config: {
          ...ports.config,
          endpoints(project, ids) {
            const at = `${project} ${ids.join(' ')}`;
            const read = known.get(at) ?? ports.config.endpoints(project, ids);
            known.set(at, read);
            return read;
          },
        },
      };
    },
  },
];
