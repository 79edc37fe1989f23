import type { ForwardFields } from '../../contract/api/rewriting.ts';
import type { FieldError } from '../../domain/failure.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import { checkForwardedNames, type Forward } from '../../domain/rewrite/forward.ts';
import { sayFault } from '../../domain/rewrite/say-fault.ts';
import { MAX_TRANSFORMATION_BYTES } from '../../domain/rewrite/transformation.ts';
import type { Subscription } from '../../domain/subscription.ts';
import type { Transformer } from '../../ports/transformer.ts';

export type Rewriting = Pick<Subscription, 'forward' | 'transformation'>;

export interface RewritingDeps {
  readonly transformer: Transformer;
}

export interface RewritingFields {
  readonly forward?: ForwardFields | undefined;
  readonly transformation?: string | null | undefined;
}

/** As a request changes it: null takes one away, what is not named stays. Or everything that is wrong with it. */
export async function readRewriting(
  deps: RewritingDeps,
  project: string,
  fields: RewritingFields,
  before: Rewriting = {},
): Promise<Result<Rewriting, readonly FieldError[]>> {
  const errors = [
    ...checkForward(fields.forward),
    ...(await checkTransformation(deps, project, fields.transformation)),
  ];
  if (errors.length > 0) return fail(errors);
  const forward = fields.forward === undefined ? before.forward : toForward(fields.forward);
  const text = fields.transformation;
  const transformation = text === undefined ? before.transformation : (text ?? undefined);
  return ok({
    ...(forward !== undefined && { forward }),
    ...(transformation !== undefined && { transformation }),
  });
}

function checkForward(forward: ForwardFields | undefined): readonly FieldError[] {
  const names = forward?.headers;
  return Array.isArray(names) ? checkForwardedNames(names, 'forward.headers') : [];
}

async function checkTransformation(
  { transformer }: RewritingDeps,
  project: string,
  text: string | null | undefined,
): Promise<readonly FieldError[]> {
  if (typeof text !== 'string') return [];
  const field = 'transformation';
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_TRANSFORMATION_BYTES) {
    return [{ field, code: 'too_big', detail: `at most ${MAX_TRANSFORMATION_BYTES} bytes, not ${bytes}` }];
  }
  const fault = await transformer.check(text, project);
  return fault === undefined ? [] : [{ field, code: 'bad_expression', detail: sayFault(text, fault) }];
}

/** Nothing to forward is no `forward`. */
function toForward(fields: ForwardFields): Forward | undefined {
  const { method, path, query, headers = [] } = fields ?? {};
  const named = headers === '*' ? headers : [...new Set(headers.map((name) => name.toLowerCase()))];
  const forward: Forward = {
    ...(method && { method }),
    ...(path && { path }),
    ...(query && { query }),
    ...(named.length > 0 && { headers: named }),
  };
  return Object.keys(forward).length === 0 ? undefined : forward;
}
