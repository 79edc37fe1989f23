/** What all lists do: read filters, open the cursor, and answer with a page. */
import { check } from '../../contract/api/check.ts';
import type { ListSchema, PageFilters } from '../../contract/api/lists.ts';
import type { RouteName } from '../../contract/api/routes.ts';
import { openCursor, sealCursor } from '../../domain/cursor.ts';
import { type Failure, invalid } from '../../domain/failure.ts';
import { DAY_MS, DEFAULT_PAGE, type Window } from '../../domain/listing.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { Answer, Call } from '../../ports/use-case.ts';
import { isoTime } from './views.ts';

export interface ListRequest<F> {
  readonly filters: F;
  readonly limit: number;
  /** Where the page before ended. */
  readonly position?: string;
  /** The list and its filters: a cursor is good for this text only. */
  readonly list: string;
}

export function readList<F extends PageFilters>(
  call: Call,
  route: RouteName,
  schema: ListSchema<F>,
): Result<ListRequest<F>, Failure> {
  const checked = check(schema, call.query);
  if (!checked.ok) return checked;
  const filters = checked.value as F;
  const list = listName(route, call.query);
  const request = { filters, limit: filters.limit ?? DEFAULT_PAGE, list };
  if (filters.cursor === undefined) return ok(request);
  const position = openCursor(call.project.cursorSecret, list, filters.cursor);
  if (position === undefined) {
    const detail =
      'is not a cursor of this list; use pagination.next as it came, with the same filters, or leave it out';
    return fail(invalid('cursor', 'bad_cursor', detail));
  }
  return ok({ ...request, position });
}

function listName(route: RouteName, query: Readonly<Record<string, string>>): string {
  const filters = Object.entries(query).filter(([name]) => name !== 'cursor' && name !== 'limit');
  return `${route}?${new URLSearchParams(filters.sort())}`;
}

export interface PageOf<T> {
  readonly data: readonly T[];
  /** Position of the next page. */
  readonly next?: string | undefined;
  /** Of logs: what was looked at, and the time, which it does not reach beyond. */
  readonly covered?: Window;
  readonly now?: number;
}

export function pageAnswer<T>(call: Call, request: ListRequest<unknown>, page: PageOf<T>): Answer {
  const { next, covered, now = Number.POSITIVE_INFINITY } = page;
  const cursor = next === undefined ? null : sealCursor(call.project.cursorSecret, request.list, next);
  const pagination = { limit: request.limit, next: cursor, has_more: cursor !== null };
  const coverage = covered && { from: isoTime(covered.from), to: isoTime(Math.min(covered.to, now)) };
  return { status: 200, body: { data: page.data, pagination, ...(coverage && { coverage }) } };
}

/** Clocks of two machines differ: an event made by another one a moment ago must not be missed. */
const AHEAD_MS = 60_000;

interface WindowFilters {
  readonly created_after?: string | undefined;
  readonly created_before?: string | undefined;
}

/** The time asked for, within what is kept. May be empty (`from` at `to`). */
export function readWindow(
  filters: WindowFilters,
  now: number,
  retentionDays: number,
): Result<Window, Failure> {
  const after = filters.created_after === undefined ? undefined : Date.parse(filters.created_after);
  const before = filters.created_before === undefined ? undefined : Date.parse(filters.created_before);
  if (after !== undefined && before !== undefined && after >= before) {
    return fail(invalid('created_after', 'not_before', 'must be earlier than created_before'));
  }
  const to = Math.min(before ?? Number.POSITIVE_INFINITY, now + AHEAD_MS);
  const from = Math.max(after ?? 0, now - retentionDays * DAY_MS);
  return ok({ from: Math.min(from, to), to });
}
