/** How far one call came and how long each step took. */
import type { Phases } from '../../domain/delivery/attempt.ts';

export type Stage = keyof Phases;

export interface Trace {
  /** Ends the running phase and starts `stage`. */
  enter(stage: Stage): void;
  /** A kept-alive connection was used: nothing was looked up, connected or negotiated. */
  reuse(encrypted: boolean): void;
  dialled(address: string): void;
  readonly stage: Stage;
  readonly address: string | undefined;
  /** Whole milliseconds so far; the running phase counts. */
  measured(): { readonly durationMs: number; readonly phases: Phases; readonly address?: string };
}

/** @param now milliseconds on a clock that never jumps */
export function startTrace(now: () => number): Trace {
  const startedAt = now();
  const spent: { -readonly [S in Stage]?: number } = {};
  let stage: Stage = 'dns';
  let since = startedAt;
  let address: string | undefined;
  const close = () => {
    const at = now();
    spent[stage] = (spent[stage] ?? 0) + at - since;
    since = at;
  };
  return {
    enter(next) {
      close();
      stage = next;
    },
    reuse(encrypted) {
      spent.dns = 0;
      spent.connect = 0;
      if (encrypted) spent.tls = 0;
      stage = 'send';
      since = now();
    },
    dialled(to) {
      address = to;
    },
    get stage() {
      return stage;
    },
    get address() {
      return address;
    },
    measured() {
      close();
      const phases = Object.fromEntries(Object.entries(spent).map(([name, ms]) => [name, Math.round(ms)]));
      return {
        durationMs: Math.round(since - startedAt),
        phases,
        ...(address !== undefined && { address }),
      };
    },
  };
}
