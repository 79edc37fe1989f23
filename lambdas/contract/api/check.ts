/** From text or values to checked input, with every mistake in words a person understands. */
import * as z from 'zod/mini';
import { closest } from '../../domain/closest.ts';
import { type Failure, type FieldError, invalid, MAX_ERRORS_SHOWN } from '../../domain/failure.ts';
import { findJsonFault } from '../../domain/json-fault.ts';
import { fail, ok, type Result } from '../../domain/result.ts';

export type ObjectSchema = z.ZodMiniObject<Readonly<Record<string, z.ZodMiniType>>>;

/** Named when the whole body is the mistake. */
export const WHOLE_BODY = '(body)';

/** Fields people know from elsewhere, or from the roadmap: the answer says more than "unknown". */
export type Hints = Readonly<Record<string, string>>;
const NOT_HERE: Hints = {
  rate_limit: 'it is a setting of endpoints',
};

export function parseJson(text: string | undefined): Result<unknown, Failure> {
  if (text === undefined || text.trim() === '') {
    return fail({ kind: 'malformed_json', detail: 'it is empty; send a JSON object' });
  }
  try {
    return ok(JSON.parse(text));
  } catch {
    return fail({ kind: 'malformed_json', detail: sayFault(text) });
  }
}

function sayFault(text: string): string {
  const fault = findJsonFault(text);
  if (fault === undefined) return 'it is nested too deeply';
  return `line ${fault.line}, column ${fault.column}: ${fault.expected} was expected, and ${fault.found} found`;
}

/** One more than is shown tells that there are more; a megabyte of mistakes must not cost seconds to spell out. */
const MAX_ERRORS_SAID = MAX_ERRORS_SHOWN + 1;

export interface CheckOptions {
  /** Goes before every field's name, such as `events[3].`. */
  readonly at?: string;
  /** What to say about fields that belong elsewhere. */
  readonly hints?: Hints;
}

/** Checks a value against a schema. */
export function check<S extends ObjectSchema>(
  schema: S,
  value: unknown,
  options: CheckOptions = {},
): Result<z.output<S>, Failure> {
  const { at = '' } = options;
  const whole = at === '' ? WHOLE_BODY : at.replace(/\.$/, '');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return fail(invalid(whole, 'wrong_type', `must be a JSON object, not ${kindOf(value)}`));
  }
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return ok(parsed.data);
  const issues = parsed.error.issues.slice(0, MAX_ERRORS_SAID);
  const errors = issues.flatMap((issue) => sayIssue(issue, schema, value, options));
  // The first mistake of a field is the telling one: an empty text is too short, and also of the wrong form.
  const first = new Map(errors.toReversed().map((error) => [error.field, error]));
  return fail({ kind: 'invalid', errors: errors.filter((error) => first.get(error.field) === error) });
}

/** Checks the text of a body; where a body may be left out, none is an empty object. */
export function checkText<S extends ObjectSchema>(
  schema: S,
  text: string | undefined,
  options: CheckOptions & { readonly mayBeEmpty?: true } = {},
): Result<z.output<S>, Failure> {
  const json = text === undefined && options.mayBeEmpty ? ok({}) : parseJson(text);
  return json.ok ? check(schema, json.value, options) : json;
}

function sayIssue(
  issue: z.core.$ZodIssue,
  schema: ObjectSchema,
  root: object,
  { at = '', hints = {} }: CheckOptions,
): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    const inside = issue.path.length === 0 ? at : `${at}${fieldName(issue.path)}.`;
    const keys = issue.keys.slice(0, MAX_ERRORS_SAID);
    return keys.map((key) => unknownField(key, fieldsAt(schema, issue.path), inside, hints));
  }
  const value = valueAt(root, issue.path);
  const field = at + fieldName(issue.path);
  if (value === undefined)
    return [{ field, code: 'required', detail: `is missing${saidBySchema(issue, '; ')}` }];
  const [code, detail] = wordsOf(issue, value);
  return [{ field, code, detail: saidBySchema(issue) || detail }];
}

function unknownField(name: string, known: readonly string[], at: string, hints: Hints): FieldError {
  const near = closest(name, known);
  const more =
    hintFor(name, hints) ??
    hintFor(name, NOT_HERE) ??
    (near === undefined ? `allowed: ${known.join(', ')}` : `did you mean "${near}"?`);
  return { field: at + name, code: 'unknown_field', detail: `is not a field here; ${more}` };
}

/** A field may be called `constructor`, which every object answers to. */
function hintFor(name: string, hints: Hints): string | undefined {
  return Object.hasOwn(hints, name) ? hints[name] : undefined;
}

/** What the schema itself says about the mistake: zod/mini has no words of its own but these two. */
function saidBySchema(issue: z.core.$ZodIssue, before = ''): string {
  return issue.message === 'Invalid input' || issue.message === '' ? '' : before + issue.message;
}

function wordsOf(issue: z.core.$ZodIssue, value: unknown): [code: string, detail: string] {
  switch (issue.code) {
    case 'invalid_type':
      return [
        'wrong_type',
        `must be ${TYPES[issue.expected] ?? issue.expected}, not ${givenFor(issue.expected, value)}`,
      ];
    case 'too_small':
      return ['too_small', `at least ${bound(issue.minimum, issue.origin)}`];
    case 'too_big':
      return ['too_big', `at most ${bound(issue.maximum, issue.origin)}, not ${sizeOf(value)}`];
    case 'invalid_value':
      return ['not_allowed', `must be one of ${issue.values.map((one) => `"${String(one)}"`).join(', ')}`];
    case 'not_multiple_of':
      return ['wrong_type', 'must be a whole number'];
    case 'invalid_format':
      return ['bad_format', 'has the wrong form'];
    default:
      return ['invalid', 'can not be used here'];
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object of texts',
};

function bound(limit: number | bigint, origin: string): string {
  const one = limit === 1;
  if (origin === 'string') return `${limit} ${one ? 'character' : 'characters'}`;
  return origin === 'array' ? `${limit} ${one ? 'entry' : 'entries'}` : String(limit);
}

function sizeOf(value: unknown): string {
  return String(typeof value === 'string' || Array.isArray(value) ? value.length : value);
}

function givenFor(expected: string, value: unknown): string {
  return expected === 'int' && typeof value === 'number' ? String(value) : kindOf(value);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'string' ? 'text' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** What the object at a path may have, looking through what may be left out or be null. */
function fieldsAt(schema: z.core.$ZodType, [step, ...rest]: readonly PropertyKey[]): readonly string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'optional':
    case 'nullable':
      return fieldsAt(def.innerType, step === undefined ? [] : [step, ...rest]);
    case 'record':
      return fieldsAt(def.valueType, rest);
    case 'array':
      return fieldsAt(def.element, rest);
    case 'object': {
      if (step === undefined) return Object.keys(def.shape);
      const field = def.shape[String(step)];
      return field === undefined ? [] : fieldsAt(field, rest);
    }
    default:
      return [];
  }
}

/** `events[3].headers.X-Trace` */
function fieldName(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<PropertyKey, unknown> | null)?.[step], root);
}
