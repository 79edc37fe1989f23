/**
 * A clock that jumps from event to event. Code under test runs unchanged: whatever it awaits is an event here,
 * so the order in which concurrent workers go on is decided by the times the dice gave them, never by the machine.
 */

export interface VirtualTime {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `act` when that moment comes; moments in the past come at once. */
  at(moment: number, act: () => void): void;
  sleep(ms: number): Promise<void>;
  /** Until nothing is left to happen. Throws when that takes more than so many events: something never rests. */
  runUntilQuiet(maxEvents: number): Promise<void>;
  /** Until that moment; what would happen later does not. */
  runUntil(moment: number): Promise<void>;
}

interface Appointment {
  readonly moment: number;
  readonly order: number;
  readonly act: () => void;
}

export function createVirtualTime(startMs: number): VirtualTime {
  const agenda: Appointment[] = [];
  let now = startMs;
  let order = 0;

  const at = (moment: number, act: () => void): void => {
    push(agenda, { moment: Math.max(moment, now), order: order++, act });
  };

  return {
    now: () => now,
    at,
    sleep: (ms) => new Promise((resolve) => at(now + ms, resolve)),
    async runUntilQuiet(maxEvents) {
      for (let events = 0; ; events++) {
        await everyPromiseSettled();
        const next = pop(agenda);
        if (next === undefined) return;
        if (events >= maxEvents) throw new Error(`the world did not come to rest in ${maxEvents} events`);
        now = next.moment;
        next.act();
      }
    },
    async runUntil(moment) {
      for (;;) {
        await everyPromiseSettled();
        const next = pop(agenda);
        if (next === undefined || next.moment > moment) return;
        now = next.moment;
        next.act();
      }
    },
  };
}

/** Node runs ticks only when no promise callback is left: what the last event set free has then reached its next await. */
function everyPromiseSettled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

function isBefore(a: Appointment, b: Appointment): boolean {
  return a.moment < b.moment || (a.moment === b.moment && a.order < b.order);
}

/** A binary heap: the earliest appointment stands at index 0. */
function push(heap: Appointment[], added: Appointment): void {
  let index = heap.push(added) - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!isBefore(added, heap[parent]!)) break;
    heap[index] = heap[parent]!;
    index = parent;
  }
  heap[index] = added;
}

function pop(heap: Appointment[]): Appointment | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
    if (!isBefore(heap[child]!, last)) break;
    heap[index] = heap[child]!;
    index = child;
  }
  heap[index] = last;
  return first;
}
