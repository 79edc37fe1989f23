/** Bugs that lose events, or leave them lying somewhere for ever. */
import { type PlantedBug, saving } from './planted-bug.ts';

export const LOSSES: readonly PlantedBug[] = [
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
    bug: 'sends events whatever filters say',
    caughtBy: 'no accepted event is lost',
    plant: (ports) => ({
      ...ports,
      config: {
        ...ports.config,
        async subscriptionsOf(...query) {
          const page = await ports.config.subscriptionsOf(...query);
          return { ...page, subscriptions: page.subscriptions.map(({ filter: _, ...rest }) => rest) };
        },
      },
    }),
  },
  {
    bug: 'throws away what it cannot read',
    caughtBy: 'what is refused is kept',
    plant: (ports) => ({ ...ports, requests: { ...ports.requests, putRequest: async () => {} } }),
  },
  {
    bug: 'takes what it cannot read for a fault of ours',
    caughtBy: 'only poison is dead-lettered',
    plant: (ports) => ({
      ...ports,
      requests: { ...ports.requests, putRequest: () => Promise.reject(new Error('unreadable')) },
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
