/** Time that can be moved on, so that a retry of five minutes needs no five minutes. The functions read `Date.now`. */

export interface ShiftedClock {
  now(): number;
  advance(ms: number): void;
  restore(): void;
}

export function shiftClock(): ShiftedClock {
  const real = Date.now;
  let shift = 0;
  Date.now = () => real() + shift;
  return {
    now: () => real() + shift,
    advance(ms) {
      shift += ms;
    },
    restore() {
      Date.now = real;
    },
  };
}
