/** Everything a caller can do wrong, with its evidence. `contract/api/problem.ts` maps each to the wire, exhaustively. */

/** One field's mistake: where it is (`events[3].type`), what is wrong, and what would be right. */
export interface FieldError {
  readonly field: string;
  readonly code: string;
  readonly detail: string;
}

/** A caller's text may be all mistakes; these many tell what is wrong, and an answer has to stay small. */
export const MAX_ERRORS_SHOWN = 20;

export type Scope = 'publish' | 'manage' | 'read';

export type Failure =
  | { readonly kind: 'invalid'; readonly errors: readonly FieldError[] }
  | { readonly kind: 'malformed_json'; readonly detail: string }
  | { readonly kind: 'too_large'; readonly field: string; readonly limitBytes: number }
  | { readonly kind: 'unauthenticated'; readonly why: 'missing' | 'malformed' | 'unknown' | 'revoked' }
  | { readonly kind: 'forbidden'; readonly needs: Scope; readonly has: readonly Scope[] }
  /** `field` is set when the id came in a field and not in the path. */
  | { readonly kind: 'not_found'; readonly what: string; readonly id?: string; readonly field?: string }
  | { readonly kind: 'method_not_allowed'; readonly allowed: readonly string[] }
  | { readonly kind: 'conflict'; readonly code: string; readonly detail: string }
  /** The key asks more often than it may. */
  | { readonly kind: 'rate_limited'; readonly retryAfterSeconds: number }
  | { readonly kind: 'unavailable'; readonly detail: string; readonly retryAfterSeconds: number };

export function invalid(field: string, code: string, detail: string): Failure {
  return { kind: 'invalid', errors: [{ field, code, detail }] };
}
