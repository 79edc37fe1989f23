/** Which statuses are worth another try, as people write them: `"500-599"`, `"429"`, and `"!401"` for "not". */

const SHAPE = /^(!?)([1-9]\d{2})(?:-([1-9]\d{2}))?$/;

interface StatusRange {
  readonly negated: boolean;
  readonly from: number;
  readonly to: number;
}

function parse(expression: string): StatusRange | undefined {
  const [, not, from, to = from] = SHAPE.exec(expression) ?? [];
  if (from === undefined) return undefined;
  const range = { negated: not === '!', from: Number(from), to: Number(to) };
  return range.from <= range.to ? range : undefined;
}

export function isStatusExpression(text: string): boolean {
  return parse(text) !== undefined;
}

/**
 * Whether a failed answer with this status is tried again. Some expression must include it, or there are only
 * exclusions, and no exclusion may name it. An unreadable expression says nothing.
 */
export function retriesStatus(expressions: readonly string[], status: number): boolean {
  const ranges = expressions.map(parse).filter((range) => range !== undefined);
  const named = ranges.filter(({ from, to }) => from <= status && status <= to);
  if (named.some(({ negated }) => negated)) return false;
  return named.length > 0 || ranges.every(({ negated }) => negated);
}
