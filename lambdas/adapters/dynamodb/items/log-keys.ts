/** Partitions of the log table. Contracts: stored rows are found by them for as long as they live. */
import { dayOf, deliveryShard, type HomedPrefix, homeOf } from '../../../domain/ids.ts';
import type { ItemKey } from '../table.ts';

const INDEX_DIGITS = 5;
const ATTEMPT_DIGITS = 4;

export function eventPartition(project: string, day: string, shard: number): string {
  return `${project}#${day}#${shard}`;
}

export function eventKey(project: string, event: string): ItemKey {
  const home = homeOf('evt', event);
  return { pk: eventPartition(project, home.day, home.shard), sk: event };
}

/** In partitions of their own: a list of events must not read through them. */
export function chunkKey(project: string, event: string, index: number): ItemKey {
  return {
    pk: `${eventKey(project, event).pk}#m`,
    sk: `${event}#${String(index).padStart(INDEX_DIGITS, '0')}`,
  };
}

export function deliveryPartition(endpoint: string, day: string, shard: number): string {
  return `${endpoint}#${day}#${shard}`;
}

export function deliveryKey(key: { readonly event: string; readonly endpoint: string }): ItemKey {
  const { day } = homeOf('evt', key.event);
  return { pk: deliveryPartition(key.endpoint, day, deliveryShard(key.event)), sk: key.event };
}

/** In partitions of their own: 16 KiB each, they would make lists of deliveries slow and dear. */
export function responseKey(
  key: { readonly event: string; readonly endpoint: string },
  attempt: number,
): ItemKey {
  const { pk } = deliveryKey(key);
  return { pk: `${pk}#r`, sk: `${key.event}#${String(attempt).padStart(ATTEMPT_DIGITS, '0')}` };
}

export function requestPartition(project: string, day: string, shard: number): string {
  return `${project}#r#${day}#${shard}`;
}

export function requestKey(project: string, request: string): ItemKey {
  const home = homeOf('req', request);
  return { pk: requestPartition(project, home.day, home.shard), sk: request };
}

/** Every partition of one day. */
export function partitionsOfDay(
  shards: number,
  partition: (day: string, shard: number) => string,
): (dayStart: number) => string[] {
  return (dayStart) => Array.from({ length: shards }, (_, shard) => partition(dayOf(dayStart), shard));
}

/** When a row of the log goes, in seconds: so long after the moment in its id, or after it was due if that is later. */
export function expiryOf(prefix: HomedPrefix, id: string, retentionDays: number, dueAt = 0): number {
  return expiryAfter(Math.max(homeOf(prefix, id).timeMs, dueAt), retentionDays);
}

export function expiryAfter(timeMs: number, retentionDays: number): number {
  return Math.ceil(timeMs / 1000) + retentionDays * 86_400;
}
