/** Bugs a gateway could have, each planted between the flows and their ports. */
import type { Delivery, DeliveryState } from '../../lambdas/domain/delivery.ts';
import { hasEnded } from '../../lambdas/domain/delivery.ts';
import type { HttpCall } from '../../lambdas/ports/http-caller.ts';
import type { Tamper } from './gateway.ts';
import type { Invariant } from './history.ts';
import { outage } from './outage.ts';
import type { Ports } from './ports.ts';
import type { Scenario } from './scenario.ts';

export interface PlantedBug {
  readonly bug: string;
  readonly caughtBy: Invariant;
  readonly plant: Tamper;
  /** Everyday life, unless it has to be worse to show the bug. */
  readonly scenario?: Scenario;
}

const HOUR_MS = 3600_000;

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    bug: 'answers 202 before its tasks are in the queue',
    caughtBy: 'no accepted event is lost',
    plant: (ports) => ({
      ...ports,
      deliveryQueue: {
        async sendDeliveries(tasks) {
          ports.deliveryQueue.sendDeliveries(tasks).catch(() => {});
        },
      },
    }),
  },
  {
    bug: 'acknowledges a message before the result is saved',
    caughtBy: 'no accepted event is lost',
    plant: saving(async (ports, delivery) => {
      ports.deliveries.save(delivery).catch(() => {});
      return 'saved';
    }),
  },
  {
    bug: 'enables an endpoint without releasing what is held',
    caughtBy: 'no accepted event is lost',
    plant: (ports) => ({
      ...ports,
      wakeQueue: {
        sendWakes: (tasks, delayMs) =>
          ports.wakeQueue.sendWakes(
            tasks.filter(({ release }) => release !== true),
            delayMs,
          ),
      },
    }),
  },
  {
    bug: 'trusts its timers and sweeps nothing',
    caughtBy: 'everything comes to rest',
    plant: (ports) => ({ ...ports, ledger: { ...ports.ledger, unsettled: async () => ({ wakes: [] }) } }),
  },
  {
    bug: 'drains by a clock that is behind and settles the wake all the same',
    caughtBy: 'everything comes to rest',
    plant: (ports) => ({
      ...ports,
      backlog: {
        ...ports.backlog,
        due: (endpoint, until, ...rest) => ports.backlog.due(endpoint, until - 10_000, ...rest),
      },
    }),
  },
  {
    bug: 'takes every answer for a success',
    caughtBy: 'no false success',
    plant: sending(async (ports, call) => {
      const result = await ports.http.post(call);
      return result.kind === 'response' ? { ...result, statusCode: 200 } : result;
    }),
  },
  {
    bug: 'writes over newer versions of a record',
    caughtBy: 'attempt records equal requests that left',
    plant: saving(overwrite),
  },
  {
    bug: 'records an attempt twice',
    caughtBy: 'attempt records equal requests that left',
    plant: changing((delivery) => {
      const last = delivery.attempts.at(-1);
      if (last === undefined || delivery.state.status === 'sending') return delivery;
      return { ...delivery, attempts: [...delivery.attempts, { ...last, number: last.number + 1 }] };
    }),
  },
  {
    bug: 'rewrites what was recorded before',
    caughtBy: 'attempt records equal requests that left',
    plant: changing((delivery) => ({
      ...delivery,
      attempts: delivery.attempts.map((attempt) => ({ ...attempt, durationMs: 0 })),
    })),
  },
  {
    bug: 'forgets that a lost worker may have sent',
    caughtBy: 'attempt records equal requests that left',
    plant: changing((delivery) => ({
      ...delivery,
      attempts: delivery.attempts
        .filter(({ outcome }) => outcome !== 'unknown')
        .map((attempt, index) =>
          attempt.number === index + 1 ? attempt : { ...attempt, number: index + 1 },
        ),
    })),
  },
  {
    bug: 'decodes and encodes the body on its way',
    caughtBy: 'same id and bytes on every attempt',
    plant: sending((ports, call) =>
      ports.http.post({ ...call, body: Buffer.from(Buffer.from(call.body).toString('utf8')) }),
    ),
  },
  {
    bug: 'sends another id at every attempt',
    caughtBy: 'same id and bytes on every attempt',
    plant: sending((ports, call) =>
      ports.http.post({ ...call, headers: { ...call.headers, 'webhook-id': `evt_${ports.clock.now()}` } }),
    ),
  },
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
    bug: 'sends without looking at circuits',
    caughtBy: 'an open circuit lets one probe through',
    scenario: outage,
    plant: (ports) => ({
      ...ports,
      health: { ...ports.health, getMany: async (endpoints) => endpoints.map(() => undefined) },
    }),
  },
  {
    bug: 'signs with the new secret only, from the moment of a rotation',
    caughtBy: 'same id and bytes on every attempt',
    plant: sending((ports, call) => {
      const [newest = ''] = (call.headers['webhook-signature'] ?? '').split(' ');
      return ports.http.post({ ...call, headers: { ...call.headers, 'webhook-signature': newest } });
    }),
  },
  {
    bug: 'goes on signing with a secret that was replaced',
    caughtBy: 'same id and bytes on every attempt',
    plant: sending((ports, call) => {
      const oldest = (call.headers['webhook-signature'] ?? '').split(' ').at(-1) ?? '';
      return ports.http.post({ ...call, headers: { ...call.headers, 'webhook-signature': oldest } });
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
  {
    bug: 'asks for its failed messages again at once',
    caughtBy: 'only poison is dead-lettered',
    plant: (ports) => ({
      ...ports,
      visibility: {
        ...ports.visibility,
        delivery: {
          hide: (hidden) => ports.visibility.delivery.hide(hidden.map((one) => ({ ...one, seconds: 0 }))),
        },
      },
    }),
  },
];

type Save = Ports['deliveries']['save'];

function saving(save: (ports: Ports, delivery: Delivery) => ReturnType<Save>): Tamper {
  return (ports) => ({
    ...ports,
    deliveries: { ...ports.deliveries, save: (delivery) => save(ports, delivery) },
  });
}

function changing(change: (delivery: Delivery) => Delivery): Tamper {
  return saving((ports, delivery) => ports.deliveries.save(change(delivery)));
}

function reading(change: (state: DeliveryState) => DeliveryState): Tamper {
  return (ports) => ({
    ...ports,
    deliveries: {
      ...ports.deliveries,
      async getMany(keys) {
        const read = await ports.deliveries.getMany(keys);
        return read.map((delivery) => delivery && { ...delivery, state: change(delivery.state) });
      },
    },
  });
}

function sending(post: (ports: Ports, call: HttpCall) => ReturnType<Ports['http']['post']>): Tamper {
  return (ports) => ({ ...ports, http: { post: (call) => post(ports, call) } });
}

async function overwrite(ports: Ports, delivery: Delivery): ReturnType<Save> {
  if ((await ports.deliveries.save(delivery)) === 'saved') return 'saved';
  const [current] = await ports.deliveries.getMany([delivery]);
  return overwrite(ports, { ...delivery, version: (current?.version ?? 0) + 1 });
}
