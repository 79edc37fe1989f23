/**
 * Workers' machines with the wrong time: apart by minutes, or back by an hour for a while. Everyday histories have clocks
 * that differ by seconds and are never set right.
 */
import { createServiceClock } from '../../lambdas/adapters/system/clock.ts';
import type { Clock } from '../../lambdas/ports/clock.ts';
import type { Dice } from './dice.ts';
import { type Faults, stormy } from './faults.ts';
import type { Process } from './process.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;
const APART_MS = 2 * MINUTE_MS;
const BACK_MS = 60 * MINUTE_MS;
/** What is left of either, once a worker has heard the time: all that the invariants allow for. */
const SET_RIGHT_MS = 2_500;

type MakeFaults = (dice: Dice, now: () => number) => Faults;

/** Each worker's clock is wrong by up to two minutes, for as long as the worker lives. */
export const minutesApart: MakeFaults = (dice, now) => ({
  ...stormy(dice, now),
  skewMs: SET_RIGHT_MS,
  clockError() {
    const error = dice.between(-APART_MS, APART_MS);
    return () => error;
  },
});

/** A third of the workers lose an hour, at any moment of the first hours, and get it back later. */
export const hourBack: MakeFaults = (dice, now) => {
  const start = now();
  return {
    ...stormy(dice, now),
    skewMs: SET_RIGHT_MS,
    clockError() {
      if (!dice.chance(0.3)) return () => 0;
      const from = start + dice.between(-1, 120) * MINUTE_MS;
      const until = from + dice.between(1, 180) * MINUTE_MS;
      return (at) => (at >= from && at < until ? -BACK_MS : 0);
    },
  };
};

/** What DynamoDB and SQS answer, each of them with the time. Schedules, mail and receivers are not listened to. */
const TELLS_TIME = /^(?!http|timer|mailer|bodies)/;
const SECOND_MS = 1_000;

/** As one worker has it. */
export function clockOf(
  { faults, dice, time }: Pick<World, 'faults' | 'dice' | 'time'>,
  process: Process,
): Clock {
  const { skewMs = 0, clockError, deaf = false } = faults;
  if (clockError === undefined) {
    const skew = skewMs === 0 ? 0 : dice.between(-skewMs, skewMs);
    return { now: () => time.now() + skew };
  }
  const error = clockError();
  const machine = (): number => time.now() + error(time.now());
  const clock = createServiceClock(machine);
  if (deaf) return clock;
  process.onCall((name) => {
    const askedAt = machine();
    return (servedAt) => {
      if (!TELLS_TIME.test(name)) return;
      clock.hear({ servedAt: Math.floor(servedAt / SECOND_MS) * SECOND_MS, askedAt, answeredAt: machine() });
    };
  });
  return clock;
}
