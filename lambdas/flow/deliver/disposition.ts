/** A delivery message as it came from the queue, and what becomes of it. */
import type { DeliveryTask } from '../../contract/tasks.ts';

export interface DeliveryMessage {
  /** The queue's id of the message. */
  readonly id: string;
  readonly task: DeliveryTask;
  /** How often it was handed out, from 1. */
  readonly receives: number;
  readonly firstReceivedAt: number;
  /** Its request may not begin later: its place among those in flight is somebody else's soon after. */
  readonly startBy?: number;
}

/** What becomes of a message: it may go, or the queue shows it again later. */
export type Disposition = { readonly do: 'done' } | { readonly do: 'again'; readonly inMs: number };

export const DONE: Disposition = { do: 'done' };
const FIRST_BACKOFF_MS = 5_000;
const MAX_BACKOFF_MS = 900_000;

/** Doubles from 5 s to 15 min: twelve receives outlast an hour of a database that throttles, and four are left for waits. */
export function faultBackoffMs(receives: number): number {
  return Math.min(FIRST_BACKOFF_MS * 2 ** Math.max(0, receives - 1), MAX_BACKOFF_MS);
}
