/** EventBridge Scheduler: fires at the minute or up to a minute late, sometimes twice, sometimes never. */
import { MINUTE_MS, type Wake, wakeName } from '../../lambdas/domain/delivery/wake.ts';
import type { WakeTimer } from '../../lambdas/ports/wakes.ts';
import type { QueueWorld } from './queue-model.ts';

const LATE_MS = 59_000;

export function createTimers(world: QueueWorld, fire: (wake: Wake) => void): WakeTimer {
  const { time, dice, faults, history } = world;
  const armed = new Set<string>();
  return {
    async arm(wake) {
      const name = wakeName(wake);
      // A schedule of that name exists: creating it again changes nothing.
      if (armed.has(name)) return;
      armed.add(name);
      const { lostTimer, doubleTimer } = faults.weather();
      const lost = dice.chance(lostTimer);
      const go = (): void => {
        armed.delete(name);
        history.trace(() => `${name} ${lost ? 'is lost' : 'fires'}`);
        if (!lost) fire(wake);
      };
      const late = (): number => (dice.chance(0.5) ? 0 : dice.between(0, LATE_MS));
      time.at(wake.minute * MINUTE_MS + late(), go);
      if (dice.chance(doubleTimer)) time.at(wake.minute * MINUTE_MS + late(), go);
    },
  };
}
