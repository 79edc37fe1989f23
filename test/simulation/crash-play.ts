/** Histories in which processes die at chosen calls and nothing else goes wrong. */
import type { Delivery } from '../../lambdas/domain/delivery/delivery.ts';
import type { CrashScenario } from './crash-scenarios.ts';
import { type Fate, type Faults, noFaults, type PortCall } from './faults.ts';
import type { History } from './history.ts';
import { runHistory } from './run.ts';
import type { Scenario } from './scenario.ts';

const SEED = 1;

export type When = 'before' | 'after';

export interface CrashPoint {
  readonly when: When;
  /** Of a call, from 1, over the whole history. */
  readonly number: number;
}

export interface Played {
  readonly history: History;
  readonly deliveries: readonly Delivery[];
  /** Every call that was begun. */
  readonly calls: readonly PortCall[];
}

/** The same seed every time: until the first crash, one history is like the other. */
export async function play(scenario: Scenario, faults: Faults, tracing = false): Promise<Played> {
  const calls: PortCall[] = [];
  const listening: Faults = {
    weather: () => faults.weather(),
    fateOf(call) {
      calls.push(call);
      return faults.fateOf(call);
    },
  };
  const { history, world } = await runHistory({ seed: SEED, scenario, faults: () => listening, tracing });
  return { history, deliveries: world.stores.deliveries.all(), calls };
}

export function crashingAt(...points: readonly CrashPoint[]): Faults {
  const fates = new Map<number, Fate>(points.map(({ when, number }) => [number, `crash_${when}`]));
  return { ...noFaults, fateOf: ({ number }) => fates.get(number) ?? 'fine' };
}

/** Before and after each of these calls. */
export function pointsOf(calls: readonly PortCall[]): readonly CrashPoint[] {
  return calls.flatMap(({ number }) => [
    { when: 'before', number },
    { when: 'after', number },
  ]);
}

/** Their process may die before or after: nothing outside it is changed, so these are one point. */
const READS =
  /\.(get|getMany|getResponse|endpoints|project|routing\w*|subscriptionsOf|due|held|mark|unsettled|sweptThrough|alertRecord|chunks)$/;

export function distinctPointsOf(calls: readonly PortCall[]): readonly CrashPoint[] {
  return pointsOf(calls).filter(({ when, number }) => {
    const call = calls.find((one) => one.number === number)!;
    return when === 'before' || !READS.test(call.name);
  });
}

/** One line for each history that broke something; empty when all went well. */
export async function faultsOfAll(
  { scenario, ends }: CrashScenario,
  crashes: Iterable<readonly CrashPoint[]>,
): Promise<string[]> {
  const found: string[] = [];
  for (const points of crashes) {
    const { history, deliveries } = await play(scenario, crashingAt(...points));
    const broken = history.violations.map(({ what }) => what);
    if (deliveries.length === 0) broken.push('nothing was delivered');
    for (const { state } of deliveries) {
      if (!ends.includes(state.status)) broken.push(`a delivery ends ${JSON.stringify(state)}`);
    }
    const at = points.map(({ when, number }) => `${when} call ${number}`).join(', then ');
    if (broken.length > 0) found.push(`dies ${at}: ${broken.join('; ')}`);
  }
  return found;
}
