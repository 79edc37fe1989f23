/** A log read backwards: day by day, the partitions of a day side by side. */
import { type HomedPrefix, idFloor, idTimeMs } from '../../domain/ids.ts';
import { daysOf, type Window } from '../../domain/listing.ts';
import { type Item, queryPage, type Table } from './table.ts';

export interface Walk {
  readonly prefix: HomedPrefix;
  readonly window: Window;
  readonly before?: string;
  readonly limit: number;
  /** The partitions of the day that starts at this moment. */
  readonly partitions: (dayStart: number) => readonly string[];
}

/** Days looked at together while they come back empty: a quiet month costs a few round trips, not thirty. */
const MAX_DAYS_AT_ONCE = 8;
const MAX_READ = 250;

/** Items inside the window and below `before`, newest first. Reads little more than is taken from it. */
export async function* newestFirst(table: Table, walk: Walk): AsyncGenerator<Item> {
  const to = walk.before === undefined ? walk.window.to : Math.min(walk.window.to, idTimeMs(walk.before) + 1);
  const days = daysOf({ from: walk.window.from, to });
  let width = 1;
  while (days.length > 0) {
    const together = days.splice(0, width);
    const opened = await Promise.all(together.map((day) => openDay(table, walk, day)));
    width = opened.some((day) => day.some((stream) => stream.head !== undefined))
      ? 1
      : Math.min(width * 2, MAX_DAYS_AT_ONCE);
    for (const day of opened) yield* merged(day);
  }
}

interface Stream {
  head: Item | undefined;
  readonly advance: () => Promise<void>;
}

function openDay(table: Table, walk: Walk, day: number): Promise<Stream[]> {
  const partitions = walk.partitions(day);
  const firstRead = Math.min(Math.ceil((1.5 * (walk.limit + 1)) / partitions.length) + 2, MAX_READ);
  return Promise.all(partitions.map((pk) => openPartition(table, walk, pk, firstRead)));
}

/** One partition, a page at a time; pages grow, because a reader who comes back wants many. */
async function openPartition(table: Table, walk: Walk, pk: string, firstRead: number): Promise<Stream> {
  const floor = idFloor(walk.prefix, walk.window.from);
  const ceiling = idFloor(walk.prefix, walk.window.to);
  const end = walk.before !== undefined && walk.before < ceiling ? walk.before : ceiling;
  let read = firstRead;
  let page: readonly Item[] = [];
  let at = 0;
  let after: Readonly<Record<string, string>> | undefined;
  let more = floor < end;

  const stream: Stream = {
    head: undefined,
    async advance() {
      at++;
      while (at >= page.length && more) {
        const next = await queryPage(
          table,
          { pk, from: floor, to: end, newestFirst: true, ...(after && { after }) },
          read,
        );
        // The bound is inclusive, and `before` itself was on the page before.
        page = next.items.filter((item) => item.sk < end);
        at = 0;
        after = next.after;
        more = after !== undefined;
        read = Math.min(read * 2, MAX_READ);
      }
      stream.head = page[at];
    },
  };
  await stream.advance();
  return stream;
}

async function* merged(streams: readonly Stream[]): AsyncGenerator<Item> {
  for (;;) {
    let newest: Stream | undefined;
    for (const stream of streams) {
      if (stream.head === undefined) continue;
      if (newest?.head === undefined || stream.head.sk > newest.head.sk) newest = stream;
    }
    if (newest?.head === undefined) return;
    yield newest.head;
    await newest.advance();
  }
}
