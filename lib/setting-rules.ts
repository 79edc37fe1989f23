/** What a setting may be, as a test and in words. */

export interface Rule {
  /** In words, after "must be". */
  readonly allowed: string;
  readonly accepts: (value: unknown) => boolean;
}

export function truth(): Rule {
  return { allowed: 'true or false', accepts: (value) => typeof value === 'boolean' };
}

export function whole(least: number, most: number): Rule {
  return {
    allowed: `a whole number from ${least} to ${most}`,
    accepts: (value) => isWhole(value, least, most),
  };
}

export function text(allowed: string, pattern: RegExp): Rule {
  return { allowed, accepts: (value) => isText(value, pattern) };
}

export function oneOf(choices: readonly (string | number)[]): Rule {
  return {
    allowed: `one of ${choices.join(', ')}`,
    accepts: (value) => choices.some((choice) => choice === value),
  };
}

export function isWhole(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

export function isText(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

export function listOf(value: unknown, accepts: (entry: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(accepts);
}
