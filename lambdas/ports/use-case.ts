/** What the HTTP API asks of a use case, and of whoever knows the keys. Transport stays on the other side. */
import type { Failure, Scope } from '../domain/failure.ts';
import type { KeyAllowance } from '../domain/limits/key-rate.ts';
import type { Project } from '../domain/project.ts';
import type { Result } from '../domain/result.ts';

/** One authenticated request. */
export interface Call {
  readonly project: Project;
  /** Parts of the path, such as `id`. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** The body; undefined when there is none. */
  readonly text: string | undefined;
  /** The Idempotency-Key header of a POST, its shape checked. */
  readonly idempotencyKey?: string;
}

export interface Answer {
  readonly status: 200 | 201 | 202 | 204;
  readonly body?: unknown;
  /** Instead of `body`: JSON that is written already, because parsing and printing would change it. */
  readonly json?: string;
}

/** Expected failures are answers; what it throws is a fault of ours or of what we depend on. */
export type UseCase = (call: Call) => Promise<Result<Answer, Failure>>;

/** Routes that need no key know nothing of a project. */
export type OpenUseCase = () => Promise<Answer>;

/** Who sends a request: a key that is valid, and its project. */
export interface Caller {
  readonly project: Project;
  /** The key's id. */
  readonly key: string;
  readonly scopes: readonly Scope[];
}

/** From an Authorization header to whose it is. */
export type Authenticate = (authorization: string | undefined) => Promise<Result<Caller, Failure>>;

/** Counts one request of a key, or refuses it. */
export type LimitKey = (key: string) => Promise<KeyVerdict>;

export type KeyVerdict =
  | { readonly admitted: true; readonly allowance: KeyAllowance }
  | { readonly admitted: false; readonly allowance: KeyAllowance; readonly retryAfterSeconds: number };
