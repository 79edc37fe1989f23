/**
 * A deploy in the middle of everything: every second process runs code that knows nothing of the optional fields that
 * were added to tasks, records and settings since. It ignores them in what it reads and leaves them out of what it writes.
 */
import type { Endpoint } from '../../lambdas/domain/endpoint.ts';
import type { Tamper } from './gateway.ts';

/** Of messages between our functions. */
const ADDED_TO_TASKS = ['via', 'mended', 'slot', 'slotOf', 'paced', 'recovered', 'exhausted'] as const;

/** `old`: what the code of before makes of its ports. */
export const everySecondIsOld = (old: Tamper = asBefore): Tamper => {
  let started = 0;
  return (ports, world) => (++started % 2 === 0 ? old(ports, world) : ports);
};

export const asBefore: Tamper = (ports) => {
  const { deliveries, backlog, marks, rates, config, source } = ports;
  return {
    ...ports,
    incoming: ignoring,
    source: {
      ...source,
      receive: async () => (await source.receive()).map((one) => ({ ...one, body: ignoring(one.body) })),
    },
    deliveryQueue: { sendDeliveries: (tasks) => ports.deliveryQueue.sendDeliveries(tasks.map(withoutAdded)) },
    wakeQueue: { sendWakes: (tasks, delayMs) => ports.wakeQueue.sendWakes(tasks.map(withoutAdded), delayMs) },
    alertQueue: { sendAlerts: (tasks) => ports.alertQueue.sendAlerts(tasks.map(withoutAdded)) },
    deliveries: {
      ...deliveries,
      save: ({ via: _, ...delivery }) => deliveries.save(delivery),
      async getMany(keys) {
        const read = await deliveries.getMany(keys);
        return read.map((delivery) => delivery && withoutAdded(delivery));
      },
    },
    backlog: {
      ...backlog,
      async due(...query) {
        const page = await backlog.due(...query);
        return { ...page, entries: page.entries.map(withoutAdded) };
      },
    },
    marks: { ...marks, setMark: (endpoint, { resumesAt: _, ...mark }) => marks.setMark(endpoint, mark) },
    rates: { take: ({ beyond: _, ...slots }) => rates.take(slots) },
    config: {
      ...config,
      async endpoints(project, ids) {
        const read = await config.endpoints(project, ids);
        return read.map((endpoint) => endpoint && withoutLimits(endpoint));
      },
    },
  };
};

/** As JSON is read by code that picks what it knows. */
function ignoring(message: string): string {
  return hasAdded(message) ? JSON.stringify(withoutAdded(JSON.parse(message))) : message;
}

function hasAdded(message: string): boolean {
  return ADDED_TO_TASKS.some((field) => message.includes(`"${field}":`));
}

function withoutAdded<T extends object>(task: T): T {
  const added: readonly string[] = ADDED_TO_TASKS;
  return Object.fromEntries(Object.entries(task).filter(([field]) => !added.includes(field))) as T;
}

function withoutLimits({ rateLimit: _, maxInFlight: __, ...endpoint }: Endpoint): Endpoint {
  return endpoint;
}
