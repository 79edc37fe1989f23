/** Which endpoints an event went to, in a stable order, however they are kept. */
import type { Event, MatchedEndpoints } from '../../domain/event.ts';
import type { MatchChunks } from '../../ports/event-log.ts';

/** One endpoint of one event: a delivery, recorded or not. */
export interface Target {
  readonly event: Event;
  readonly endpoint: string;
  /** The subscription that has it go out rewritten. */
  readonly via?: string;
  /** Where a page that ended with this target continues. */
  readonly position: string;
}

const CHUNKS_AT_ONCE = 10;

/** `after` is the position of a target of the same event; those behind it follow. */
export async function* targetsOf(
  deps: { readonly chunks: MatchChunks },
  event: Event,
  after?: string,
): AsyncGenerator<Target> {
  const [, chunkText = '0', indexText = '-1'] = after?.split('~') ?? [];
  const firstChunk = Number(chunkText);
  const behind = (chunk: number): number => (chunk === firstChunk ? Number(indexText) + 1 : 0);
  if (event.matches.kind === 'listed') {
    yield* positions(event, 0, event.matches, behind(0));
    return;
  }
  let last = firstChunk - 1;
  for (;;) {
    const chunks = await deps.chunks.chunks(event.project, event.id, last, CHUNKS_AT_ONCE);
    for (const chunk of chunks) yield* positions(event, chunk.index, chunk, behind(chunk.index));
    const end = chunks.at(-1);
    if (end === undefined || end.next === undefined) return;
    last = end.index;
  }
}

function* positions(
  event: Event,
  chunk: number,
  { endpoints, via }: MatchedEndpoints,
  from: number,
): Generator<Target> {
  for (const [index, endpoint] of endpoints.entries()) {
    if (index < from) continue;
    const through = via?.[endpoint];
    const position = `${event.id}~${chunk}~${index}`;
    yield { event, endpoint, ...(through !== undefined && { via: through }), position };
  }
}

/** False for the bare id of an event, which stands for all that comes after the event. */
export function isInsideEvent(position: string): boolean {
  return position.includes('~');
}

/** The event a position belongs to. */
export function eventOfPosition(position: string): string {
  return position.split('~')[0]!;
}
