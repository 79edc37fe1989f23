import type { KeptResponse } from '../domain/delivery/attempt.ts';
import type { Delivery } from '../domain/delivery/delivery.ts';
import type { DeliveryKey } from '../domain/ids.ts';
import type { DeliveryPage, DeliveryQuery } from '../domain/listing.ts';

export interface DeliveryReader {
  /** Strongly consistent, in the order asked for; undefined where nothing is written yet. At most 100 keys. */
  getMany(keys: readonly DeliveryKey[]): Promise<readonly (Delivery | undefined)[]>;
}

export interface DeliveryWriter {
  /**
   * Replaces the record whose version is one below (or none, for version 1).
   * `conflict`: someone else wrote in between; read again and decide again.
   */
  save(delivery: Delivery): Promise<'saved' | 'conflict'>;
}

/** Responses too large to ride in the delivery's record. */
export interface ResponseStore {
  putResponse(of: ResponseOf, attempt: number, response: KeptResponse): Promise<void>;
  getResponse(key: DeliveryKey, attempt: number): Promise<KeptResponse | undefined>;
}

/** A delivery, and when it was to be sent first if that was later: its responses are kept as long as it is. */
export interface ResponseOf extends DeliveryKey {
  readonly deliverAt?: number;
}

/** What of an endpoint waits in the backlog: due ones by time, held ones by event. */
export interface Backlog {
  /** Due at or before `until`, oldest first, after the position of an earlier page. */
  due(endpoint: string, until: number, limit: number, after?: string): Promise<BacklogPage>;
  held(endpoint: string, limit: number, after?: string): Promise<BacklogPage>;
  /** Those that wait for their subscription to be changed, which are in neither; by subscription and event. */
  unsendable(endpoint: string, via: string | undefined, limit: number, after?: string): Promise<BacklogPage>;
}

export interface BacklogPage {
  readonly entries: readonly BacklogEntry[];
  /** Position of the last entry; absent on an empty page. */
  readonly last?: string;
  /** The same position when more follows; absent when this was the last page. */
  readonly next?: string;
}

export interface BacklogEntry {
  readonly project: string;
  readonly event: string;
  readonly endpoint: string;
  readonly type: string;
  readonly owner?: string;
}

export interface DeliveryLister {
  /** One endpoint's deliveries by event id, newest first. */
  pageOfEndpoint(query: DeliveryQuery): Promise<DeliveryPage>;
}
