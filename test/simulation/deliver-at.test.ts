/** Histories in which events are delivered later, and gateways that get it wrong. */
import { expect, test } from 'vitest';
import type { Delivery } from '../../lambdas/domain/delivery/delivery.ts';
import type { Tamper } from './gateway.ts';
import type { Invariant } from './history.ts';
import { runHistory } from './run.ts';

const MAX_SEEDS = 150;

const saving =
  (change: (delivery: Delivery) => Delivery): Tamper =>
  (ports) => ({
    ...ports,
    deliveries: { ...ports.deliveries, save: (delivery) => ports.deliveries.save(change(delivery)) },
  });

const isDelayed = ({ deliverAt, version }: Delivery): boolean => deliverAt !== undefined && version === 1;

const PLANTED: readonly (readonly [bug: string, caughtBy: Invariant, plant: Tamper])[] = [
  [
    'lets delayed deliveries be due at once',
    'nothing is sent before it is due',
    saving((delivery) =>
      isDelayed(delivery)
        ? { ...delivery, state: { status: 'waiting', dueAt: delivery.createdAt, where: 'backlog' } }
        : delivery,
    ),
  ],
  [
    'forgets the time in storing the event',
    'nothing is sent before it is due',
    (ports) => ({
      ...ports,
      events: { ...ports.events, put: ({ deliverAt: _, ...event }) => ports.events.put(event) },
    }),
  ],
  [
    'lets delayed deliveries wait in a queue that has no message of theirs',
    'no accepted event is lost',
    saving((delivery) =>
      isDelayed(delivery)
        ? { ...delivery, state: { status: 'waiting', dueAt: delivery.deliverAt!, where: 'queue' } }
        : delivery,
    ),
  ],
  [
    'neither notes nor arms a wake hours ahead',
    'no accepted event is lost',
    (ports, world) => {
      const isFar = (minute: number): boolean => minute * 60_000 > world.time.now() + 1_800_000;
      return {
        ...ports,
        ledger: {
          ...ports.ledger,
          note: async (wake) => (isFar(wake.minute) ? undefined : ports.ledger.note(wake)),
        },
        timer: { arm: async (wake) => (isFar(wake.minute) ? undefined : ports.timer.arm(wake)) },
      };
    },
  ],
];

test.each(PLANTED)('a gateway that %s is caught: %s', { timeout: 60_000 }, async (_, caughtBy, tamper) => {
  for (let seed = 1; seed <= MAX_SEEDS; seed++) {
    const { history } = await runHistory({ seed, tamper });
    if (history.violations.some(({ invariant }) => invariant === caughtBy)) return;
  }
  expect.fail(`${MAX_SEEDS} histories did not show it`);
});
