/** How a page of a log is cut from its records, whatever store they come from. */
import { idTimeMs } from './ids.ts';
import type { LogPage, Window } from './listing.ts';

export interface PageCut<T> {
  readonly window: Window;
  /** Ids below this one only: where the page before ended. */
  readonly before?: string;
  readonly limit: number;
  readonly budget: number;
  readonly id: (record: T) => string;
  readonly wanted: (record: T) => boolean;
}

/**
 * Takes records, newest first and already inside the window and below `before`, until the page is full, the budget
 * is used up or there are no more. One record beyond a full page is looked for, so that `next` always leads to
 * something or to the end of a budget, never to an empty last page.
 */
export async function cutPage<T>(
  newestFirst: AsyncIterable<T> | Iterable<T>,
  cut: PageCut<T>,
): Promise<LogPage<T>> {
  const items: T[] = [];
  let looked = 0;
  let last: string | undefined;
  const to = cut.before === undefined ? cut.window.to : Math.min(cut.window.to, idTimeMs(cut.before) + 1);
  for await (const record of newestFirst) {
    const wanted = cut.wanted(record);
    const full = wanted && items.length === cut.limit;
    if (last !== undefined && (full || looked >= cut.budget)) {
      return { items, next: last, covered: { from: idTimeMs(last), to } };
    }
    if (wanted) items.push(record);
    looked++;
    last = cut.id(record);
  }
  return { items, covered: { from: cut.window.from, to } };
}
