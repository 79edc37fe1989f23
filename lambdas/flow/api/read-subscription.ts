/** What of a subscription's fields is beyond a schema, read for storing. */
import type { Failure } from '../../domain/failure.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import { readFilter } from './read-filter.ts';
import { type Rewriting, type RewritingDeps, type RewritingFields, readRewriting } from './read-rewriting.ts';

interface Fields extends RewritingFields {
  readonly filter?: unknown;
}

interface Judged {
  /** None when the field is null or left out. */
  readonly filter: string | undefined;
  readonly rewriting: Rewriting;
}

/** Or every mistake in them. */
export async function readBeyondSchema(
  deps: RewritingDeps,
  project: string,
  fields: Fields,
  before: Rewriting = {},
): Promise<Result<Judged, Failure>> {
  const filter = readFilter(fields.filter);
  const rewriting = await readRewriting(deps, project, fields, before);
  if (filter.ok && rewriting.ok) return ok({ filter: filter.value, rewriting: rewriting.value });
  const errors = [filter, rewriting].flatMap((part) => (part.ok ? [] : part.failure));
  return fail({ kind: 'invalid', errors });
}
