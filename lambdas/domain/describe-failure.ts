/** A failure in words, for problem documents and rejected requests alike. */
import { type Failure, type FieldError, MAX_ERRORS_SHOWN } from './failure.ts';

export interface FailureText {
  readonly detail: string;
  readonly errors: readonly FieldError[];
}

export function describeFailure(failure: Failure): FailureText {
  const of = (detail: string, errors: readonly FieldError[] = []): FailureText => ({ detail, errors });
  switch (failure.kind) {
    case 'invalid':
      return describeErrors(failure.errors);
    case 'malformed_json':
      return of(`The body is not valid JSON: ${failure.detail}`);
    case 'too_large': {
      const detail = `at most ${failure.limitBytes} bytes`;
      return of(`${failure.field} is too large: ${detail}.`, [
        { field: failure.field, code: 'too_large', detail },
      ]);
    }
    case 'unauthenticated':
      return of(describeUnauthenticated(failure.why));
    case 'forbidden':
      return of(
        `This needs the scope "${failure.needs}"; the key has ${failure.has.map((scope) => `"${scope}"`).join(', ') || 'none'}.`,
      );
    case 'not_found': {
      const detail = `There is no ${failure.what}${failure.id === undefined ? '' : ` ${failure.id}`} here.`;
      return of(
        detail,
        failure.field === undefined ? [] : [{ field: failure.field, code: 'not_found', detail }],
      );
    }
    case 'method_not_allowed':
      return of(`This address takes ${failure.allowed.join(', ')}.`);
    case 'rate_limited':
      return of(`This API key sends more requests than it may. Try again in ${failure.retryAfterSeconds} s.`);
    case 'conflict':
    case 'unavailable':
      return of(failure.detail);
  }
}

/** Names of fields are the caller's own text, so both their number and their length are bounded. */
function describeErrors(all: readonly FieldError[]): FailureText {
  const errors = all.slice(0, MAX_ERRORS_SHOWN).map((error) => ({ ...error, field: shorten(error.field) }));
  const said = errors.map(({ field, detail }) => `${field}: ${detail}`);
  if (all.length > errors.length) said.push('and more');
  return { detail: said.join('; '), errors };
}

const MAX_FIELD_LENGTH = 200;

function shorten(field: string): string {
  return field.length <= MAX_FIELD_LENGTH ? field : `${field.slice(0, MAX_FIELD_LENGTH)}…`;
}

function describeUnauthenticated(why: Extract<Failure, { kind: 'unauthenticated' }>['why']): string {
  switch (why) {
    case 'missing':
      return 'Send your API key: Authorization: Bearer phk_...';
    case 'malformed':
      return 'That is not an API key of ours, or it has a typing mistake. Keys begin with phk_.';
    case 'unknown':
      return 'This API key is not known here.';
    case 'revoked':
      return 'This API key was revoked. Create another one with: posthorn keys create';
  }
}
