/** Every port as one process has it: the memory adapters behind a network that can fail. */

import type { MemoryDeliveries } from '../../lambdas/adapters/memory/deliveries.ts';
import type { DeliveryTask, FanoutTask, WakeTask } from '../../lambdas/contract/tasks.ts';
import type { MessageVisibility } from '../../lambdas/ports/message-visibility.ts';
import type { DeliveryQueue, FanoutQueue, WakeQueue } from '../../lambdas/ports/queues.ts';
import { httpOf } from './http-model.ts';
import { overNetwork, type Process } from './process.ts';
import type { QueueModel } from './queue-model.ts';
import type { World } from './world.ts';

export type Ports = ReturnType<typeof portsOf>;

export function portsOf(world: World, process: Process) {
  const { stores, queues } = world;
  return {
    clock: { now: world.time.now },
    random: world.dice,
    log: silentLog,
    config: overNetwork(process, 'config', stores.config),
    events: overNetwork(process, 'events', stores.events),
    bodies: overNetwork(process, 'bodies', stores.bodies),
    deliveries: overNetwork(process, 'deliveries', watched(world, process)),
    backlog: overNetwork(process, 'backlog', world.backlog),
    idempotency: overNetwork(process, 'idempotency', stores.idempotency),
    requests: overNetwork(process, 'requests', stores.requests),
    ledger: overNetwork(process, 'ledger', stores.ledger),
    marks: overNetwork(process, 'marks', stores.marks),
    timer: overNetwork(process, 'timer', world.timer),
    visibility: {
      publish: overNetwork<MessageVisibility>(process, 'visibility', queues.publish),
      delivery: overNetwork<MessageVisibility>(process, 'visibility', queues.delivery),
      wake: overNetwork<MessageVisibility>(process, 'visibility', queues.wake),
    },
    ...sendersOf(world, process),
    http: httpOf(world, process),
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

function sendersOf(world: World, process: Process) {
  const { publish, delivery, wake } = world.queues;
  const deliveryQueue: DeliveryQueue = {
    sendDeliveries: (tasks) => sendInTens(process, 'deliveryQueue', delivery, tasks),
  };
  const fanoutQueue: FanoutQueue = {
    sendFanouts: (tasks) => sendInTens(process, 'fanoutQueue', publish, tasks),
  };
  const wakeQueue: WakeQueue = { sendWakes: (tasks) => sendInTens(process, 'wakeQueue', wake, tasks) };
  return { deliveryQueue, fanoutQueue, wakeQueue };
}

/** A request of ten is one call: when a later one fails, the earlier ones have been sent. */
async function sendInTens(
  process: Process,
  name: string,
  queue: QueueModel,
  tasks: readonly (DeliveryTask | FanoutTask | WakeTask)[],
): Promise<void> {
  for (let from = 0; from < tasks.length; from += 10) {
    const ten = tasks.slice(from, from + 10);
    await process.call(`${name}.send`, async () => {
      for (const task of ten) queue.send(JSON.stringify(task));
    });
  }
}
