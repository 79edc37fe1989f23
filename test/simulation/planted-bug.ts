/** A bug a gateway could have, planted between the flows and their ports, and the ways to plant one. */
import type { Delivery, DeliveryState } from '../../lambdas/domain/delivery/delivery.ts';
import type { HttpCall } from '../../lambdas/ports/http-caller.ts';
import type { Tamper } from './gateway.ts';
import type { Invariant } from './history.ts';
import type { Ports } from './ports.ts';
import type { Scenario } from './scenario.ts';

export interface PlantedBug {
  readonly bug: string;
  readonly caughtBy: Invariant;
  readonly plant: Tamper;
  /** Everyday life, unless it has to be worse to show the bug. */
  readonly scenario?: Scenario;
}

export type Save = Ports['deliveries']['save'];

export function saving(save: (ports: Ports, delivery: Delivery) => ReturnType<Save>): Tamper {
  return (ports) => ({
    ...ports,
    deliveries: { ...ports.deliveries, save: (delivery) => save(ports, delivery) },
  });
}

export function changing(change: (delivery: Delivery) => Delivery): Tamper {
  return saving((ports, delivery) => ports.deliveries.save(change(delivery)));
}

export function reading(change: (state: DeliveryState) => DeliveryState): Tamper {
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

export function sending(post: (ports: Ports, call: HttpCall) => ReturnType<Ports['http']['post']>): Tamper {
  return (ports) => ({ ...ports, http: { post: (call) => post(ports, call) } });
}
