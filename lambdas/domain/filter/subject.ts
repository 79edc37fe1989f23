import { parsedBody } from '../inbound/body/parsed-body.ts';
import type { FilterSubject } from './filter.ts';

/** What filters look at in an event. */
export interface Filterable {
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined where nobody needs it, and so nobody read it. */
  readonly body: Uint8Array | undefined;
  /** When it came in over a source; only then has it a path and a query. */
  readonly inbound?: {
    readonly path: string;
    /** As sent, without its question mark. */
    readonly query: string;
    readonly headers: Readonly<Record<string, string>>;
  };
  /** When it came from a broker: its attributes are looked at as headers. */
  readonly broker?: { readonly attributes: Readonly<Record<string, string>> };
}

/** Reads the body when a filter first looks at it, and once. Make one for an event, not one for each filter. */
export function subjectOf({ contentType, headers, body, inbound, broker }: Filterable): FilterSubject {
  let parsed: { readonly value: unknown } | undefined;
  return {
    headers: filterHeaders({
      'content-type': contentType,
      ...inbound?.headers,
      ...broker?.attributes,
      ...headers,
    }),
    query: inbound && filterQuery(inbound.query),
    path: inbound?.path,
    get body() {
      parsed ??= { value: body && parsedBody(contentType, body) };
      return parsed.value;
    },
  };
}

/** Names in lower case, and of two that differ in case only both values, joined as HTTP joins them (RFC 9110, 5.3). */
export function filterHeaders(
  headers: Readonly<Record<string, string | readonly string[]>>,
): Readonly<Record<string, string>> {
  const joined = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    joined.set(lower, [joined.get(lower) ?? [], value].flat().join(', '));
  }
  return Object.fromEntries(joined);
}

/** A name given several times has a list of values. */
function filterQuery(query: string): Readonly<Record<string, string | readonly string[]>> {
  const values = Map.groupBy(new URLSearchParams(query), ([name]) => name);
  const entries = [...values].map(([name, pairs]) => [name, pairs.map(([, value]) => value)] as const);
  return Object.fromEntries(entries.map(([name, all]) => [name, all.length === 1 ? all[0]! : all]));
}
