/**
 * The filter language said once more, straight from its description in docs/routing.md and with nothing of the real one:
 * no budget, no short ways, patterns by JavaScript. The oracle of the property tests.
 */
type Answer = boolean | undefined;
type Json = unknown;

const isObject = (json: Json): json is Record<string, Json> =>
  typeof json === 'object' && json !== null && !Array.isArray(json);
const not = (answer: Answer): Answer => (answer === undefined ? undefined : !answer);
const every = (answers: Answer[]): Answer =>
  answers.includes(false) ? false : answers.includes(undefined) ? undefined : true;
const some = (answers: Answer[]): Answer =>
  answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
const someThing = (answers: Answer[]): Answer =>
  answers.includes(true) ? true : answers.includes(false) ? false : undefined;
const canonical = (json: Json): string =>
  JSON.stringify(json, (_, value) =>
    isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
  );
const same = (a: Json, b: Json): boolean => typeof a === typeof b && canonical(a) === canonical(b);
const ordered = (a: Json, b: Json): boolean =>
  (typeof a === 'number' && typeof b === 'number') || (typeof a === 'string' && typeof b === 'string');
const texts = (a: Json, b: Json): boolean => typeof a === 'string' && typeof b === 'string';

const POSITIVE: Record<string, (value: never, operand: never) => boolean> = {
  $eq: (v: Json, o: Json) => same(v, o),
  $in: (v: Json, o: Json[]) => o.some((each) => same(v, each)),
  $gt: (v: number, o: number) => ordered(v, o) && v > o,
  $gte: (v: number, o: number) => ordered(v, o) && v >= o,
  $lt: (v: number, o: number) => ordered(v, o) && v < o,
  $lte: (v: number, o: number) => ordered(v, o) && v <= o,
  $startsWith: (v: string, o: string) => texts(v, o) && v.startsWith(o),
  $endsWith: (v: string, o: string) => texts(v, o) && v.endsWith(o),
  $regex: (v: string, o: string) => texts(v, o) && new RegExp(o, 'u').test(v),
};

const withElements = (values: Json[]): Json[] =>
  values.flatMap((value) => [value, ...(Array.isArray(value) ? value : [])]);

function look(value: Json, path: string[]): Json[] {
  const [key, ...rest] = path;
  if (key === undefined) return [value];
  if (isObject(value)) return Object.hasOwn(value, key) ? look(value[key], rest) : [];
  if (!Array.isArray(value)) return [];
  if (/^\d+$/.test(key)) return Number(key) < value.length ? look(value[Number(key)], rest) : [];
  return value.filter(isObject).flatMap((element) => look(element, path));
}

/** What a condition says of the values found at one place. */
export function naive(condition: Json, values: Json[]): Answer {
  if (!isObject(condition)) return naive({ $eq: condition }, values);
  const entries = Object.entries(condition);
  const names = entries.filter(([key]) => !key.startsWith('$'));
  const positive = entries.filter(([key]) => Object.hasOwn(POSITIVE, key));
  const answers: Answer[] = entries.flatMap(([key, operand]) => {
    const list = operand as Json[];
    if (key === '$exist') return [values.length > 0 === operand];
    if (key === '$not') return [not(naive(operand, values))];
    if (key === '$and') return [every(list.map((each) => naive(each, values)))];
    if (key === '$or') return [some(list.map((each) => naive(each, values)))];
    if (key === '$neq') return [not(naive({ $eq: operand }, values))];
    if (key === '$nin') return [not(naive({ $in: operand }, values))];
    if (key === '$contains')
      return [values.length === 0 ? undefined : values.some((value) => contains(value, operand))];
    return [];
  });
  if (positive.length > 0) {
    const passes = (value: Json) =>
      positive.every(([key, operand]) => POSITIVE[key]!(value as never, operand as never));
    answers.push(values.length === 0 ? undefined : withElements(values).some(passes));
  }
  if (names.length > 0) answers.push(nested(names, values));
  return every(answers);
}

function contains(value: Json, operand: Json): boolean {
  if (Array.isArray(value)) return value.some((element) => same(element, operand));
  return texts(value, operand) && (value as string).includes(operand as string);
}

function nested(names: [string, Json][], values: Json[]): Answer {
  const of = (some: [string, Json][], thing: Json[]): Answer =>
    every(
      some.map(([key, inner]) =>
        naive(
          inner,
          thing.flatMap((one) => look(one, key.split('.'))),
        ),
      ),
    );
  const indexed = names.filter(([key]) => /^\d/.test(key));
  const others = names.filter(([key]) => !/^\d/.test(key));
  if (values.length === 0) return of(names, []);
  return someThing(
    values.map((value) => {
      if (!Array.isArray(value)) return of(names, [value]);
      const elements =
        others.length === 0
          ? true
          : value.length === 0
            ? of(others, [])
            : someThing(
                value.map((element) => (Array.isArray(element) ? ofArray(others) : of(others, [element]))),
              );
      return every([of(indexed, [value]), elements]);
    }),
  );
}

/** An array in an array has no named keys. */
function ofArray(names: [string, Json][]): Answer {
  return every(names.map(([, inner]) => naive(inner, [])));
}
