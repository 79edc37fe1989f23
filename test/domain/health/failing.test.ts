import { describe, expect, it } from 'vitest';
import {
  FAILING_MS,
  type Failing,
  failedAgain,
  isToBeDisabled,
  MOST_BETWEEN_MS,
  WARNING_MS,
} from '../../../lambdas/domain/health/failing.ts';
import { NOW } from '../../factories.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Failures at these hours after the first; what is counted after each. */
function failures(hours: readonly number[]): Failing[] {
  let failing = failedAgain(undefined, undefined, NOW);
  let last = NOW;
  return hours.map((hour) => {
    const now = NOW + hour * HOUR;
    failing = failedAgain(failing, last, now);
    last = now;
    return failing;
  });
}

const every = (step: number, until: number) =>
  Array.from({ length: Math.floor(until / step) }, (_, i) => (i + 1) * step);

describe('nothing but failure', () => {
  it('is counted from failure to failure, warned of after four days and enough after five', () => {
    const counted = failures(every(1, 120));
    expect(counted.findIndex(({ warnAt }) => warnAt !== undefined)).toBe(95);
    expect(counted[95]).toEqual({ ms: FAILING_MS - WARNING_MS, warnAt: NOW + 4 * DAY });
    expect(counted.findIndex(isToBeDisabled)).toBe(119);
  });

  it('is nothing between two failures days apart', () => {
    expect(failures([120]).at(-1)).toEqual({ ms: 0 });
    expect(failures(every(13, 1_000)).at(-1)).toEqual({ ms: 0 });
  });

  it('goes on after a silence where it was, and not through it', () => {
    const counted = failures([...every(1, 90), 90 + 7 * 24, 90 + 7 * 24 + 1]);
    expect(counted.at(-2)).toEqual({ ms: 90 * HOUR });
    expect(counted.at(-1)).toEqual({ ms: 91 * HOUR });
  });

  it('is never enough within a day of the warning, however far apart failures are', () => {
    const counted = failures(every(MOST_BETWEEN_MS / HOUR - 0.5, 200));
    const warned = counted.findIndex(({ warnAt }) => warnAt !== undefined);
    const enough = counted.findIndex(isToBeDisabled);
    expect((enough - warned) * (MOST_BETWEEN_MS / HOUR - 0.5)).toBeGreaterThanOrEqual(24);
  });

  it('takes no harm from clocks that differ', () => {
    expect(failedAgain({ ms: HOUR }, NOW, NOW - 5_000)).toEqual({ ms: HOUR });
  });
});
