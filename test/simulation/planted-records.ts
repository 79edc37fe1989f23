/** Bugs in what is written down of attempts. */
import type { Delivery } from '../../lambdas/domain/delivery/delivery.ts';
import { changing, type PlantedBug, type Save, saving, sending } from './planted-bug.ts';
import type { Ports } from './ports.ts';

export const UNTRUE_RECORDS: readonly PlantedBug[] = [
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
];

async function overwrite(ports: Ports, delivery: Delivery): ReturnType<Save> {
  if ((await ports.deliveries.save(delivery)) === 'saved') return 'saved';
  const [current] = await ports.deliveries.getMany([delivery]);
  return overwrite(ports, { ...delivery, version: (current?.version ?? 0) + 1 });
}
