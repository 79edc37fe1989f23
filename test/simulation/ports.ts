/** Every port as one process has it: the memory adapters behind a network that can fail. */

import type { MemoryDeliveries } from '../../lambdas/adapters/memory/deliveries.ts';
import { type QueuedOwnEvent, queuedOwnEvent } from '../../lambdas/contract/own-event.ts';
import type { AlertTask, DeliveryTask, FanoutTask, WakeTask } from '../../lambdas/contract/tasks.ts';
import type { AlertQueue, OperationalEvents } from '../../lambdas/ports/alerts.ts';
import type { HealthStore } from '../../lambdas/ports/health.ts';
import type { Mailer } from '../../lambdas/ports/mailer.ts';
import type { MessageSource } from '../../lambdas/ports/message-source.ts';
import type { MessageVisibility } from '../../lambdas/ports/message-visibility.ts';
import type {
  DelayedDeliveryQueue,
  DeliveryQueue,
  FanoutQueue,
  WakeQueue,
} from '../../lambdas/ports/queues.ts';
import { clockOf } from './clocks.ts';
import { httpOf } from './http-model.ts';
import { overNetwork, type Process } from './process.ts';
import type { QueueModel } from './queue-model.ts';
import type { World } from './world.ts';

export type Ports = ReturnType<typeof portsOf>;

export function portsOf(world: World, process: Process) {
  const { stores, queues } = world;
  return {
    clock: clockOf(world, process),
    random: world.dice,
    /** How code of another version reads a message. */
    incoming: undefined as ((message: string) => string) | undefined,
    log: silentLog,
    config: overNetwork(process, 'config', stores.config),
    events: overNetwork(process, 'events', stores.events),
    bodies: overNetwork(process, 'bodies', stores.bodies),
    deliveries: overNetwork(process, 'deliveries', watched(world, process)),
    backlog: overNetwork(process, 'backlog', world.backlog),
    health: overNetwork(process, 'health', watchedHealth(world, process)),
    idempotency: overNetwork(process, 'idempotency', stores.idempotency),
    rates: overNetwork(process, 'rates', stores.rates),
    inFlight: overNetwork(process, 'inFlight', stores.inFlight),
    requests: overNetwork(process, 'requests', stores.requests),
    ledger: overNetwork(process, 'ledger', stores.ledger),
    marks: overNetwork(process, 'marks', stores.marks),
    timer: overNetwork(process, 'timer', world.timer),
    alerts: overNetwork(process, 'alerts', stores.alerts),
    reviews: overNetwork(process, 'reviews', stores.reviews),
    mailer: overNetwork(process, 'mailer', mailerOf(world)),
    visibility: {
      publish: overNetwork<MessageVisibility>(process, 'visibility', queues.publish),
      delivery: overNetwork<MessageVisibility>(process, 'visibility', queues.delivery),
      wake: overNetwork<MessageVisibility>(process, 'visibility', queues.wake),
      alert: overNetwork<MessageVisibility>(process, 'visibility', queues.alert),
    },
    patience: { sleep: process.pause },
    source: overNetwork(process, 'source', sourceOf(world, process)),
    ...sendersOf(world, process),
    http: httpOf(world, process),
    destinations: { send: () => Promise.reject(new Error('no receiver of the simulation is inside AWS')) },
  };
}

const silentLog = { info: () => {}, warn: () => {}, error: () => {} };

function watched(world: World, process: Process): MemoryDeliveries {
  const { deliveries } = world.stores;
  return {
    ...deliveries,
    async save(delivery) {
      const answer = await deliveries.save(delivery);
      if (answer === 'saved') {
        world.claims.saved(delivery, process);
        world.backlog.follow(delivery);
      }
      return answer;
    },
  };
}

function watchedHealth(world: World, process: Process): HealthStore {
  const { health } = world.stores;
  return {
    ...health,
    async save(next) {
      const answer = await health.save(next);
      if (answer === 'saved') world.circuits.saved(next, process);
      return answer;
    },
  };
}

function mailerOf(world: World): Mailer {
  return {
    async send(mail) {
      world.mails.push({ ...mail, at: world.time.now() });
      return { sent: true };
    },
  };
}

/** Notes what was handed out, whether or not the worker ever heard of it. */
function sourceOf({ queues, taken }: World, process: Process): MessageSource {
  return {
    ...queues.delivery,
    async receive() {
      const messages = await queues.delivery.receive();
      if (messages.length > 0) taken.set(process.name, [...(taken.get(process.name) ?? []), ...messages]);
      return messages;
    },
  };
}

function sendersOf(world: World, process: Process) {
  const { publish, delivery, wake, alert } = world.queues;
  const deliveryQueue: DeliveryQueue = {
    sendDeliveries: (tasks) => sendInTens(process, 'deliveryQueue', delivery, tasks),
  };
  const fanoutQueue: FanoutQueue = {
    sendFanouts: (tasks) => sendInTens(process, 'fanoutQueue', publish, tasks),
  };
  const wakeQueue: WakeQueue = {
    sendWakes: (tasks, delayMs = 0) => sendInTens(process, 'wakeQueue', wake, tasks, delayMs),
  };
  const laterQueue: DelayedDeliveryQueue = {
    sendLater: (delayed) =>
      process.call('deliveryQueue.send', async () => {
        for (const { task, delayMs } of delayed) delivery.send(JSON.stringify(task), delayMs);
      }),
  };
  const alertQueue: AlertQueue = { sendAlerts: (tasks) => sendInTens(process, 'alertQueue', alert, tasks) };
  const ownEvents: OperationalEvents = {
    publishOwn: (events) => sendInTens(process, 'ownEvents', publish, events.map(queuedOwnEvent)),
  };
  return { deliveryQueue, laterQueue, fanoutQueue, wakeQueue, alertQueue, ownEvents };
}

/** A request of ten is one call: when a later one fails, the earlier ones have been sent. */
async function sendInTens(
  process: Process,
  name: string,
  queue: QueueModel,
  tasks: readonly (DeliveryTask | FanoutTask | WakeTask | AlertTask | QueuedOwnEvent)[],
  delayMs = 0,
): Promise<void> {
  for (let from = 0; from < tasks.length; from += 10) {
    const ten = tasks.slice(from, from + 10);
    await process.call(`${name}.send`, async () => {
      for (const task of ten) queue.send(JSON.stringify(task), delayMs);
    });
  }
}
