/**
 * A filter, read and made ready: what a subscription asks of an event beyond its type. Its answers have three values:
 * a key that is missing makes a condition neither true nor false but unknown, `$not` of unknown is unknown, and only what
 * is true matches. So no condition matches by the absence of what it is about, except `$exist: false`.
 */

export const MAX_FILTER_BYTES = 8 * 1024;
export const MAX_FILTER_CLAUSES = 100;
export const MAX_FILTER_DEPTH = 20;
/** Of all patterns of a filter: they are kept in memory for as long as its subscription is cached. */
export const MAX_FILTER_INSTRUCTIONS = 2_000;
/** For one event and one filter. A step is a value looked at, a piece of text, or 16 instructions of a pattern. */
export const MAX_FILTER_STEPS = 10_000;
/**
 * For one event and all filters of one owner, and as many for those of the whole project. The dearest steps, of text
 * made to be hard to search, take half a microsecond: 50 ms in all.
 */
export const MAX_MATCHING_STEPS = 100_000;

export const SCOPES = ['headers', 'query', 'path', 'body'] as const;

/** What a filter looks at. A scope that an event does not have is undefined, and so are all its keys. */
export interface FilterSubject {
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, string | readonly string[]>> | undefined;
  readonly path?: string | undefined;
  /** As `JSON.parse` gives it; undefined when the body is not JSON. May be a getter: it is read when first needed. */
  readonly body?: unknown;
}

export interface Filter {
  readonly condition: Condition;
  /** Looks at the body: whoever asks has to have it. */
  readonly needsBody: boolean;
}

/** All of its clauses must hold. It is asked of the values at one path: none, one, or those of an array's elements. */
export type Condition = readonly Clause[];

export type Clause = { readonly path: string } & (
  | { readonly kind: 'exist'; readonly wanted: boolean }
  /** One of the values, or an element of one that is an array, passes all tests. */
  | { readonly kind: 'some'; readonly tests: readonly Test[] }
  /** One of the values does; elements are not looked at. */
  | { readonly kind: 'whole'; readonly test: Test }
  /** Neither a value nor an element passes. */
  | { readonly kind: 'none'; readonly test: Test }
  | { readonly kind: 'not'; readonly of: Condition; readonly expected: unknown }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Condition[] }
  /** Asked of the value itself, or of one element at a time; `indexed` are those whose path begins with an index. */
  | { readonly kind: 'keys'; readonly indexed: readonly Member[]; readonly named: readonly Member[] }
);

export interface Member {
  readonly segments: readonly string[];
  readonly of: Condition;
}

export interface Test {
  readonly operator: string;
  readonly expected: unknown;
  passes(value: unknown, meter: Meter): boolean;
}

/** What is left of the work a filter may do; below zero it has no verdict any more. */
export interface Meter {
  steps: number;
}

/** A clause that kept a filter from matching. */
export interface FailedClause {
  /** As written: `body.customer.country`. */
  readonly path: string;
  readonly operator: string;
  readonly expected: unknown;
  readonly reason: 'missing' | 'differs' | 'over_budget';
  /** An excerpt of what is there; not set when it is missing. */
  readonly actual?: unknown;
}

export type Verdict =
  | { readonly matched: true }
  | { readonly matched: false; readonly overBudget: boolean; readonly failed: readonly FailedClause[] };
