import type { FieldError } from '../../domain/failure.ts';
import { parseFilter } from '../../domain/filter/parse.ts';
import { ok, type Result } from '../../domain/result.ts';

/** The text to store for a `filter` field; none when it is null or left out. Or everything that is wrong with it. */
export function readFilter(field: unknown): Result<string | undefined, readonly FieldError[]> {
  if (field === undefined || field === null) return ok(undefined);
  const parsed = parseFilter(field);
  return parsed.ok ? ok(JSON.stringify(field)) : parsed;
}
