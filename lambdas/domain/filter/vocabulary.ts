import { closest } from '../closest.ts';
import { COMPARISONS, type Comparison } from './operators.ts';

const LOGICAL = ['$and', '$or', '$not'] as const;
export type Logical = (typeof LOGICAL)[number];

export const OPERATORS: readonly string[] = [...Object.keys(COMPARISONS), '$exist', ...LOGICAL];

/** What other filter languages call them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  $ne: '$neq',
  $not_in: '$nin',
  $notin: '$nin',
  $exists: '$exist',
  $prefix: '$startsWith',
  $suffix: '$endsWith',
  $like: '$regex',
  $match: '$regex',
  $all: '$and',
  $any: '$or',
  $nor: '$not',
  $elemmatch: 'a nested object: {"items": {"sku": "a"}}, which asks one element at a time,',
};

export function isLogical(key: string): key is Logical {
  return (LOGICAL as readonly string[]).includes(key);
}

export function isComparison(key: string): key is Comparison {
  return Object.hasOwn(COMPARISONS, key);
}

export function closestOperator(word: string): string | undefined {
  const lower = word.toLowerCase();
  return Object.hasOwn(ELSEWHERE, lower) ? ELSEWHERE[lower] : closest(word, OPERATORS);
}
