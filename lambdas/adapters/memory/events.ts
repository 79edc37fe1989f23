import type { Event } from '../../domain/event.ts';
import { homeOf, idFloor } from '../../domain/ids.ts';
import type { EventQuery } from '../../domain/listing.ts';
import { cutPage } from '../../domain/paging.ts';
import { typeMatches } from '../../domain/type-matches.ts';
import type {
  EventLister,
  EventReader,
  EventWriter,
  MatchChunk,
  MatchChunks,
} from '../../ports/event-log.ts';

export type MemoryEvents = EventWriter &
  EventReader &
  EventLister &
  MatchChunks & {
    /** Everything stored, in the order it was written: for tests that compare with what should be there. */
    readonly all: () => readonly Event[];
  };

/** Events by id, and the chunks of their matches. */
export function memoryEvents(): MemoryEvents {
  const events = new Map<string, Event>();
  const chunks = new Map<string, MatchChunk[]>();
  return {
    all: () => [...events.values()],
    async put(event) {
      homeOf('evt', event.id);
      if (events.has(event.id)) return 'exists';
      events.set(event.id, event);
      return 'stored';
    },
    async get(project, id) {
      const event = events.get(id);
      return event?.project === project ? event : undefined;
    },
    async page(query) {
      const inWindow = [...events.values()].filter((event) => isLookedAt(event, query));
      inWindow.sort((a, b) => (a.id < b.id ? 1 : -1));
      return cutPage(inWindow, {
        ...query,
        id: (event) => event.id,
        wanted: (event) => isWanted(event, query),
      });
    },
    async putChunk(chunk) {
      const at = `${chunk.project}#${chunk.event}`;
      const written = chunks.get(at) ?? [];
      const before = written.find((other) => other.index === chunk.index);
      if (before !== undefined) return before;
      chunks.set(
        at,
        [...written, chunk].sort((a, b) => a.index - b.index),
      );
      return chunk;
    },
    async chunks(project, event, after, limit) {
      const written = chunks.get(`${project}#${event}`) ?? [];
      return written.filter((chunk) => chunk.index > after).slice(0, limit);
    },
  };
}

function isLookedAt(event: Event, query: EventQuery): boolean {
  if (event.project !== query.project) return false;
  if (query.before !== undefined && event.id >= query.before) return false;
  return event.id >= idFloor('evt', query.window.from) && event.id < idFloor('evt', query.window.to);
}

function isWanted(event: Event, query: EventQuery): boolean {
  if (query.owner !== undefined && event.owner !== query.owner) return false;
  return query.types === undefined || query.types.some((pattern) => typeMatches(pattern, event.type));
}
