import type { Event, MatchedEndpoints } from '../domain/event.ts';
import type { EventPage, EventQuery } from '../domain/listing.ts';

/** Where events are kept. Immutable: an event is written once. */
export interface EventWriter {
  /** One conditional write. `exists`: that id was written before; nothing changed. */
  put(event: Event): Promise<'stored' | 'exists'>;
}

export interface EventReader {
  /** Strongly consistent. Undefined too when it belongs to another project. */
  get(project: string, id: string): Promise<Event | undefined>;
}

export interface EventLister {
  /** Newest first; looks at no more than `query.budget` items and says what it covered. */
  page(query: EventQuery): Promise<EventPage>;
}

/** Endpoints of an event with more matches than fit in it: written by its fan-out, a chunk at a time. */
export interface MatchChunks {
  /** Conditional: a chunk written before is returned as it was, so that a repeated task sends to the same endpoints. */
  putChunk(chunk: MatchChunk): Promise<MatchChunk>;
  /** Chunks in order; `after` is the last index already seen. */
  chunks(project: string, event: string, after: number, limit: number): Promise<readonly MatchChunk[]>;
}

export interface MatchChunk extends MatchedEndpoints {
  readonly project: string;
  readonly event: string;
  /** From 0. */
  readonly index: number;
  /** Of the event: it is kept as long. Read back without it. */
  readonly deliverAt?: number;
  /** Where the next chunk's page of subscriptions starts; absent on the last one. */
  readonly next?: string;
}
