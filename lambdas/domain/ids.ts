/**
 * Ids are a prefix and a ULID. Event and request ids end in two more characters, home region and shard,
 * so that an id alone tells table, region and partition. Ids never contain a dot (Standard Webhooks signs
 * `id.timestamp.body`, and a dot in the id would make that ambiguous).
 */
import { createHash } from 'node:crypto';
import { regionCode, regionOfCode } from './region.ts';
import { decodeUlidTime, encodeTime, encodeUlid, isUlid, MAX_ULID_TIME_MS, ULID_LENGTH } from './ulid.ts';

export type PlainPrefix = 'ep' | 'sub' | 'src' | 'key' | 'prj' | 'rpl';
export type HomedPrefix = 'evt' | 'req';

/** Shards are written with one character of this alphabet: at most 32 a project. */
const SHARDS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export const MAX_SHARDS = SHARDS.length;
/** A delivery's partition is its endpoint, day and one of this many shards. A contract: stored keys depend on it. */
export const DELIVERY_SHARDS = 4;

const HOMED_LENGTH = ULID_LENGTH + 2;
/** Days are eight digits: an id from after the year 9999 is not one of ours. */
const END_OF_DAYS_MS = Date.UTC(10_000, 0, 1);

export interface Home {
  readonly region: string;
  readonly shard: number;
}

/** Where an event or request lives, read from its id alone. */
export interface HomedId extends Home {
  readonly id: string;
  readonly timeMs: number;
  /** UTC day of the id's time, `20261123`. */
  readonly day: string;
}

export function newId(prefix: PlainPrefix, timeMs: number, random: Uint8Array): string {
  return `${prefix}_${encodeUlid(timeMs, random)}`;
}

/** An event or request id; the shard (of 1 to `MAX_SHARDS`) is chosen from the last random byte, so a busy project spreads evenly. */
export function newHomedId(
  prefix: HomedPrefix,
  timeMs: number,
  random: Uint8Array,
  home: { region: string; shards: number },
): string {
  if (!Number.isInteger(home.shards) || home.shards < 1 || home.shards > MAX_SHARDS) {
    throw new RangeError(`a project has 1 to ${MAX_SHARDS} shards, not ${home.shards}`);
  }
  const shard = random[random.length - 1]! % home.shards;
  return `${prefix}_${encodeUlid(timeMs, random)}${regionCode(home.region)}${SHARDS[shard]}`;
}

export function isId(prefix: PlainPrefix, text: string): boolean {
  return text.startsWith(`${prefix}_`) && isUlid(text.slice(prefix.length + 1));
}

export function parseHomedId(prefix: HomedPrefix, text: string): HomedId | undefined {
  if (!text.startsWith(`${prefix}_`)) return undefined;
  const rest = text.slice(prefix.length + 1);
  if (rest.length !== HOMED_LENGTH) return undefined;
  const ulid = rest.slice(0, ULID_LENGTH);
  const region = regionOfCode(rest[ULID_LENGTH]!);
  const shard = SHARDS.indexOf(rest[ULID_LENGTH + 1]!);
  if (!isUlid(ulid) || region === undefined || shard < 0) return undefined;
  const timeMs = decodeUlidTime(ulid);
  if (timeMs >= END_OF_DAYS_MS) return undefined;
  return { id: text, timeMs, day: dayOf(timeMs), region, shard };
}

/** For ids this code made itself: a text that does not parse is a fault of ours. */
export function homeOf(prefix: HomedPrefix, id: string): HomedId {
  const parsed = parseHomedId(prefix, id);
  if (parsed === undefined) throw new Error(`not a ${prefix} id: ${JSON.stringify(id)}`);
  return parsed;
}

export interface DeliveryKey {
  readonly event: string;
  readonly endpoint: string;
}

/** `dlv_`, the event's 28 characters and the endpoint's 26: two ids in one, without an index to look it up in. */
export function deliveryId(key: DeliveryKey): string {
  return `dlv_${key.event.slice(4)}${key.endpoint.slice(3)}`;
}

export function parseDeliveryId(text: string): DeliveryKey | undefined {
  if (!text.startsWith('dlv_') || text.length !== 4 + HOMED_LENGTH + ULID_LENGTH) return undefined;
  const event = `evt_${text.slice(4, 4 + HOMED_LENGTH)}`;
  const endpoint = `ep_${text.slice(4 + HOMED_LENGTH)}`;
  if (parseHomedId('evt', event) === undefined || !isId('ep', endpoint)) return undefined;
  return { event, endpoint };
}

/** One of `DELIVERY_SHARDS`, from the event id's last random character. */
export function deliveryShard(event: string): number {
  return SHARDS.indexOf(event[4 + ULID_LENGTH - 1]!) % DELIVERY_SHARDS;
}

/** The time inside any of our ids that carry one ULID. */
export function idTimeMs(id: string): number {
  return decodeUlidTime(id.slice(id.indexOf('_') + 1));
}

/** The smallest id text of a moment; ids of that millisecond or later sort at or after it. */
export function idFloor(prefix: PlainPrefix | HomedPrefix, timeMs: number): string {
  return `${prefix}_${encodeTime(Math.min(Math.max(0, Math.floor(timeMs)), MAX_ULID_TIME_MS))}`;
}

/** UTC day, `20261123`. */
export function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10).replaceAll('-', '');
}

/** Sixteen bytes that depend on the text only: the same queue message always becomes the same event id. */
export function randomFrom(text: string): Uint8Array {
  return createHash('sha256').update(text).digest().subarray(0, 16);
}
