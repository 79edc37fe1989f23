/** A Lambda process: it reaches the world only over a network, may die at every call, and its memory dies with it. */
import type { FunctionName } from '../../lambdas/contract/functions.ts';
import type { Dice } from './dice.ts';
import type { Fate, Faults } from './faults.ts';
import type { History } from './history.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface Process {
  /** `deliver-3`. */
  readonly name: string;
  readonly kind: FunctionName;
  /** Carries out `act` on the other side of the network, where the faults live. A dead process's calls never return. */
  call<T>(name: string, act: () => Promise<T>): Promise<T>;
  /** Waits, unless the process dies meanwhile. */
  pause(ms: number): Promise<void>;
  /** `asks` is told that a call begins; what it returns, when its answer left the other side and is here. */
  onCall(asks: (name: string) => (servedAt: number) => void): void;
  isAlive(): boolean;
  kill(why: string): void;
  onDeath(act: () => void): void;
  /** Faults met so far. */
  faults(): number;
}

/** The error of a call that the network or the service spoiled. Thousands are thrown, and nobody looks where. */
export class NetworkFault extends Error {
  constructor(what: string) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(what);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

export interface ProcessWorld {
  readonly time: VirtualTime;
  readonly dice: Dice;
  readonly faults: Faults;
  readonly history: History;
  nextCall(): number;
}

const USUAL_LATENCY_MS = 12;
const SLOW_LATENCY_MS = 20_000;

export function createProcess(world: ProcessWorld, kind: FunctionName, name: string): Process {
  const { time, dice, faults, history } = world;
  let alive = true;
  let met = 0;
  let mourn: () => void = () => {};
  let asks: (name: string) => (servedAt: number) => void = () => () => {};

  const kill = (why: string): void => {
    if (!alive) return;
    alive = false;
    history.noteFault(name);
    history.trace(() => `${name} dies: ${why}`);
    mourn();
  };

  /** Whoever awaits this in a dead process waits for ever: nothing of it runs again. */
  const travel = async (ms: number): Promise<void> => {
    await time.sleep(ms);
    if (!alive) await new Promise<never>(() => {});
  };

  const die = (why: string): Promise<never> => {
    kill(why);
    return new Promise(() => {});
  };

  const spoil = (what: string): never => {
    met++;
    history.noteFault(name);
    history.trace(() => `${name} ${what}`);
    throw new NetworkFault(what);
  };

  return {
    name,
    kind,
    pause: travel,
    isAlive: () => alive,
    kill,
    onCall: (listener) => {
      asks = listener;
    },
    onDeath: (act) => {
      mourn = act;
    },
    faults: () => met,
    async call(called, act) {
      const number = world.nextCall();
      const fate: Fate = faults.fateOf({ number, process: kind, name: called });
      const latency = (): number => dice.between(1, fate === 'slow' ? SLOW_LATENCY_MS : USUAL_LATENCY_MS);
      if (fate === 'slow') {
        met++;
        history.noteFault(name);
      }
      const answered = asks(called);
      await travel(latency());
      if (fate === 'crash_before') return die(`before call ${number}, ${called}`);
      if (fate === 'fails') spoil(`call ${number}, ${called}, fails`);
      const result = await act();
      const servedAt = time.now();
      if (!alive) await new Promise<never>(() => {});
      history.trace(() => `${name} ${called} (call ${number}${fate === 'slow' ? ', slow' : ''})`);
      if (fate === 'crash_after') return die(`after call ${number}, ${called}`);
      await travel(latency());
      if (fate === 'fails_after_all') spoil(`call ${number}, ${called}, was carried out and fails`);
      answered(servedAt);
      return result;
    },
  };
}

/** The port as this process sees it: each of its methods is a call over the network. */
export function overNetwork<T extends object>(process: Process, name: string, port: T): T {
  const methods = new Map<string, unknown>();
  return new Proxy(port, {
    get(target, key) {
      const method: unknown = Reflect.get(target, key);
      if (typeof method !== 'function' || typeof key !== 'string') return method;
      const known = methods.get(key);
      if (known !== undefined) return known;
      const remote = (...args: unknown[]): Promise<unknown> =>
        process.call(`${name}.${key}`, () => Promise.resolve(Reflect.apply(method, target, args)));
      methods.set(key, remote);
      return remote;
    },
  });
}
