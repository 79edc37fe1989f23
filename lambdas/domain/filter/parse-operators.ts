import type { FieldError } from '../failure.ts';
import type { Clause, Condition } from './filter.ts';
import { COMPARISONS, type Comparison, NEGATIVE } from './operators.ts';
import { closestOperator, isComparison, isLogical, type Logical, OPERATORS } from './vocabulary.ts';

/** A filter being read. */
export interface Parsing {
  readonly errors: FieldError[];
  clauses: number;
  /** Of its patterns. */
  instructions: number;
  needsBody: boolean;
}

/** What a condition is about. `names`: an object of texts by name; `text`: one text; `json`: anything. */
export interface Place {
  readonly kind: 'names' | 'text' | 'json';
  readonly lowerCase: boolean;
  readonly path: string;
  /** Where the condition stands in the filter. */
  readonly at: string;
}

/** Reads what stands inside `$and`, `$or` and `$not`. */
export type ParseOne = (json: unknown, at: string) => Condition;

/** Notes a mistake; what stands there asks nothing. */
export function refuse(parsing: Parsing, field: string, code: string, detail: string): Condition {
  parsing.errors.push({ field, code, detail });
  return [];
}

/** `$gt`, `$exist`, `$or` and the like, all about one place. `parseInside`: how conditions inside it are read. */
export function parseOperators(
  json: Readonly<Record<string, unknown>>,
  operators: readonly string[],
  place: Place,
  parsing: Parsing,
  parseInside: (json: unknown, place: Place, parsing: Parsing) => Condition,
  at?: string,
): Condition {
  const clauses: Clause[] = [];
  const tests = [];
  const { path } = place;
  for (const operator of operators) {
    const operand = json[operator];
    const here = at ?? fieldIn(place.at, operator);
    if (isLogical(operator)) {
      const parseOne: ParseOne = (inner, inside) => parseInside(inner, { ...place, at: inside }, parsing);
      clauses.push(...parseLogical(operator, operand, path, here, parsing, parseOne));
      continue;
    }
    parsing.clauses++;
    if (operator === '$exist') {
      if (typeof operand === 'boolean') clauses.push({ kind: 'exist', path, wanted: operand });
      else parsing.errors.push({ field: here, code: 'wrong_type', detail: 'must be true or false' });
      continue;
    }
    if (!isComparison(operator)) {
      parsing.errors.push({ field: here, code: 'unknown_operator', detail: sayUnknown(operator) });
      continue;
    }
    if (place.kind === 'names') {
      parsing.errors.push({
        field: here,
        code: 'not_allowed',
        detail: 'name one first, such as {"x-tenant": "acme"}',
      });
      continue;
    }
    const test = readTest(operator, operand, place, here, parsing);
    if (test === undefined) continue;
    if (NEGATIVE.has(operator)) clauses.push({ kind: 'none', path, test });
    else if (operator === '$contains') clauses.push({ kind: 'whole', path, test });
    else tests.push(test);
  }
  return tests.length > 0 ? [{ kind: 'some', path, tests }, ...clauses] : clauses;
}

function readTest(operator: Comparison, operand: unknown, place: Place, at: string, parsing: Parsing) {
  const question = COMPARISONS[operator](operand, place.kind === 'text');
  if (!question.ok) {
    parsing.errors.push({ field: at, code: 'bad_operand', detail: question.failure });
    return undefined;
  }
  parsing.instructions += question.value.instructions ?? 0;
  return { operator, expected: operand, passes: question.value.passes };
}

function sayUnknown(operator: string): string {
  const near = closestOperator(operator);
  if (near !== undefined) return `is not an operator; did you mean ${near}?`;
  return `is not an operator; a key that begins with $ is written \\\\${operator.slice(0, 40)}, operators are ${OPERATORS.join(' ')}`;
}

/** `parseOne`: what each of its conditions is. */
export function parseLogical(
  operator: Logical,
  operand: unknown,
  path: string,
  at: string,
  parsing: Parsing,
  parseOne: ParseOne,
): Condition {
  parsing.clauses++;
  if (operator === '$not') return [{ kind: 'not', path, of: parseOne(operand, at), expected: operand }];
  if (!Array.isArray(operand) || operand.length === 0) {
    return refuse(
      parsing,
      at,
      'wrong_type',
      `must be a list of conditions, such as {"${operator}": [{...}, {...}]}`,
    );
  }
  const of = operand.map((each, index) => parseOne(each, `${at}[${index}]`));
  return [{ kind: operator === '$and' ? 'all' : 'any', path, of }];
}

const MAX_SHOWN_KEY = 80;

/** How errors name a part of a filter. */
export function fieldIn(at: string, key: string): string {
  return `${at}.${key.length > MAX_SHOWN_KEY ? `${key.slice(0, MAX_SHOWN_KEY)}…` : key}`;
}
