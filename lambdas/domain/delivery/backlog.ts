/** Where a delivery stands in its endpoint's backlog, as text that sorts: due ones by time and event, held ones by event. */
import type { Delivery } from './delivery.ts';

/** Milliseconds until the year 33658. */
const DUE_DIGITS = 15;

export const HELD_FLOOR = 'h#';
export const DUE_FLOOR = 'd#';
const UNSENDABLE = 't';
/** Above every held position: `$` follows `#`. */
export const HELD_CEILING = 'h$';

/**
 * Undefined when it isn't in the backlog. A claimed one is due when its lease ends: should its worker die, and its
 * message be gone with a copy that was acknowledged meanwhile, nothing else would know of it. Stores keep and compare this text: a contract.
 * Parts of a millisecond are rounded up: a delivery is never found before it is due.
 */
export function backlogPosition(delivery: Delivery): string | undefined {
  const { state } = delivery;
  if (state.status === 'held' && state.why === 'transformation_failed') {
    return `${unsendableFloor(delivery.via ?? '')}${delivery.event}`;
  }
  if (state.status === 'held') return `${HELD_FLOOR}${delivery.event}`;
  if (state.status === 'sending') return duePosition(state.lease.until, delivery.event);
  if (state.status !== 'waiting' || state.where !== 'backlog') return undefined;
  return duePosition(state.dueAt, delivery.event);
}

function duePosition(dueAt: number, event: string): string {
  return `${DUE_FLOOR}${digits(Math.ceil(dueAt))}#${event}`;
}

/** Of deliveries that rewriting holds: by subscription, apart from what recovers with the endpoint. */
export function unsendableFloor(via: string): string {
  return `${UNSENDABLE}#${via}#`;
}

/** Above all of that subscription's; of every subscription's when none is named. */
export function unsendableRange(via: string | undefined): readonly [floor: string, ceiling: string] {
  return via === undefined
    ? [`${UNSENDABLE}#`, `${UNSENDABLE}$`]
    : [unsendableFloor(via), `${UNSENDABLE}#${via}$`];
}

/** Above every position due at or before `until`, below every later one. */
export function dueCeiling(until: number): string {
  return `${DUE_FLOOR}${digits(Math.floor(until))}$`;
}

function digits(ms: number): string {
  return String(Math.max(0, ms)).padStart(DUE_DIGITS, '0');
}
