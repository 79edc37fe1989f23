/**
 * From JSON to a filter, or everything that is wrong with it: where, and what would be right. Comparisons stand alone in
 * their object; `$and`, `$or` and `$not` may stand beside either comparisons or keys, and all of an object must hold.
 */
import { closest } from '../closest.ts';
import { type FieldError, MAX_ERRORS_SHOWN } from '../failure.ts';
import { fail, ok, type Result } from '../result.ts';
import {
  type Clause,
  type Condition,
  type Filter,
  MAX_FILTER_CLAUSES,
  MAX_FILTER_INSTRUCTIONS,
  type Member,
  SCOPES,
} from './filter.ts';
import { isIndex } from './lookup.ts';
import { tooMuch } from './measure.ts';
import { segmentsOf } from './names.ts';
import {
  fieldIn,
  type ParseOne,
  type Parsing,
  type Place,
  parseLogical,
  parseOperators,
  refuse,
} from './parse-operators.ts';
import { isLogical, OPERATORS } from './vocabulary.ts';

/** `field` names it in the errors. */
export function parseFilter(json: unknown, field = 'filter'): Result<Filter, readonly FieldError[]> {
  const excess = tooMuch(json);
  if (excess !== undefined) return fail([{ field, ...excess }]);
  const parsing: Parsing = { errors: [], clauses: 0, instructions: 0, needsBody: false };
  const condition = parseRoot(json, field, parsing);
  if (parsing.clauses > MAX_FILTER_CLAUSES) {
    const detail = `has ${parsing.clauses} conditions; at most ${MAX_FILTER_CLAUSES}`;
    parsing.errors.push({ field, code: 'too_many', detail });
  }
  if (parsing.instructions > MAX_FILTER_INSTRUCTIONS) {
    const detail = `its patterns take ${parsing.instructions} steps; at most ${MAX_FILTER_INSTRUCTIONS}: use fewer, or smaller counts`;
    parsing.errors.push({ field, code: 'too_many', detail });
  }
  if (parsing.errors.length > 0) return fail(parsing.errors.slice(0, MAX_ERRORS_SHOWN));
  return ok({ condition, needsBody: parsing.needsBody });
}

function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function parseRoot(json: unknown, at: string, parsing: Parsing): Condition {
  const form = 'such as {"body": {"amount": {"$gt": 100}}}';
  if (!isObject(json)) return refuse(parsing, at, 'wrong_type', `must be an object ${form}`);
  const keys = Object.keys(json);
  if (keys.length === 0)
    return refuse(parsing, at, 'empty', `is empty and would match everything; say what, ${form}`);
  const members: Member[] = [];
  const clauses: Clause[] = [];
  // The body last: often the rest decides, and then it need not be read.
  for (const scope of SCOPES) {
    if (!Object.hasOwn(json, scope)) continue;
    if (scope === 'body') parsing.needsBody = true;
    const kind = scope === 'body' ? 'json' : scope === 'path' ? 'text' : 'names';
    const place: Place = { kind, lowerCase: scope === 'headers', path: scope, at: `${at}.${scope}` };
    members.push({ segments: [scope], of: parseCondition(json[scope], place, parsing) });
  }
  if (members.length > 0) clauses.push({ kind: 'keys', path: '', indexed: [], named: members });
  for (const key of keys) {
    if ((SCOPES as readonly string[]).includes(key)) continue;
    const here = fieldIn(at, key);
    const parseOne: ParseOne = (inner, place) => parseRoot(inner, place, parsing);
    if (isLogical(key)) clauses.push(...parseLogical(key, json[key], '', here, parsing, parseOne));
    else parsing.errors.push({ field: here, code: 'unknown_field', detail: sayNoScope(key) });
  }
  return clauses;
}

function sayNoScope(key: string): string {
  const near = closest(key, [...SCOPES, '$and', '$or', '$not']);
  if (near !== undefined) return `is nothing a filter looks at; did you mean "${near}"?`;
  return key.startsWith('$')
    ? 'can not stand here; only $and, $or and $not can, around headers, query, path and body'
    : 'is nothing a filter looks at; put it inside "body", "headers" or "query"';
}

function parseCondition(json: unknown, place: Place, parsing: Parsing): Condition {
  if (!isObject(json)) return parsePlain(json, place, parsing);
  const keys = Object.keys(json);
  if (keys.length === 0) {
    return refuse(parsing, place.at, 'empty', 'is empty; say what it must be, or use {"$exist": true}');
  }
  const operators = keys.filter((key) => key.startsWith('$'));
  const names = keys.filter((key) => !key.startsWith('$'));
  const comparing = operators.find((key) => !isLogical(key));
  if (comparing !== undefined && names.length > 0) {
    const detail = `compares, and stands beside the key "${names[0]!.slice(0, 80)}"; join them with {"$and": [{...}, {...}]}`;
    return refuse(parsing, fieldIn(place.at, comparing), 'mixed', detail);
  }
  return [
    ...(names.length > 0 ? parseNames(json, names, place, parsing) : []),
    ...parseOperators(json, operators, place, parsing, parseCondition),
  ];
}

/** Anything without operators is what the value must be equal to. */
function parsePlain(json: unknown, place: Place, parsing: Parsing): Condition {
  if (place.kind === 'names') {
    const detail = 'must be an object of names, such as {"x-tenant": "acme"}';
    return refuse(parsing, place.at, 'wrong_type', detail);
  }
  if (
    Array.isArray(json) &&
    json.some((each) => isObject(each) && Object.keys(each).some((key) => OPERATORS.includes(key)))
  ) {
    const detail =
      'is a list the value must be equal to, where operators mean nothing; use {"$or": [...]} or {"$in": [...]}';
    return refuse(parsing, place.at, 'operator_in_list', detail);
  }
  return parseOperators({ $eq: json }, ['$eq'], place, parsing, parseCondition, place.at);
}

function parseNames(
  json: Readonly<Record<string, unknown>>,
  names: readonly string[],
  place: Place,
  parsing: Parsing,
): Condition {
  if (place.kind === 'text') {
    return refuse(
      parsing,
      place.at,
      'not_allowed',
      `is text, which has no keys such as "${names[0]!.slice(0, 80)}"`,
    );
  }
  const indexed: Member[] = [];
  const named: Member[] = [];
  for (const name of names) {
    const at = fieldIn(place.at, name);
    const segments =
      place.kind === 'names' ? [place.lowerCase ? name.toLowerCase() : name] : segmentsOf(name);
    if (segments.includes('')) {
      const detail = 'has an empty part; between dots stand keys, and \\\\. is a dot inside a key';
      parsing.errors.push({ field: at, code: 'bad_path', detail });
      continue;
    }
    const kind = place.kind === 'names' ? 'text' : 'json';
    const of = parseCondition(json[name], { ...place, kind, path: `${place.path}.${name}`, at }, parsing);
    (isIndex(segments[0]!) ? indexed : named).push({ segments, of });
  }
  return [{ kind: 'keys', path: place.path, indexed, named }];
}
