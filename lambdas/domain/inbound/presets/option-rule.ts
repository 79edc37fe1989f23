/** What a preset's options may be, as data, so that one check serves every preset. */
import type { FieldError } from '../../failure.ts';

export type OptionRule =
  | { readonly kind: 'seconds'; readonly min: number; readonly max: number }
  | { readonly kind: 'flag' }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  | { readonly kind: 'text'; readonly maxChars: number; readonly pattern?: RegExp; readonly as?: string }
  | { readonly kind: 'texts'; readonly maxItems: number; readonly maxChars: number };

export interface PresetRule {
  readonly options: Readonly<Record<string, OptionRule>>;
  readonly required?: readonly string[];
  /** What one option demands of another. Called only when each is right by itself. */
  readonly together?: (options: Readonly<Record<string, unknown>>) => readonly FieldError[];
}

const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

export const HEADER: OptionRule = { kind: 'text', maxChars: 64, pattern: HEADER_NAME, as: 'a header name' };
/** A day and no more: what is older than that is for deduplication, not for a clock. */
export const TOLERANCE: OptionRule = { kind: 'seconds', min: 1, max: 86_400 };

/** An option by the name it has here; sources in the API spell it in snake_case. */
export function optionName(text: string): string {
  return text.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** What is wrong with one value, in words that say what would be right; undefined when nothing is. */
export function optionFault(rule: OptionRule, value: unknown): string | undefined {
  switch (rule.kind) {
    case 'seconds':
      return Number.isInteger(value) && Number(value) >= rule.min && Number(value) <= rule.max
        ? undefined
        : `must be a whole number of seconds from ${rule.min} to ${rule.max}`;
    case 'flag':
      return typeof value === 'boolean' ? undefined : 'must be true or false';
    case 'choice':
      return typeof value === 'string' && rule.of.includes(value)
        ? undefined
        : `must be one of ${rule.of.join(', ')}`;
    case 'text':
      return isText(value, rule.maxChars) && (rule.pattern?.test(value) ?? true)
        ? undefined
        : `must be ${rule.as ?? 'text'} of 1 to ${rule.maxChars} characters`;
    case 'texts':
      return Array.isArray(value) &&
        value.length > 0 &&
        value.length <= rule.maxItems &&
        value.every((item) => isText(item, rule.maxChars))
        ? undefined
        : `must be a list of 1 to ${rule.maxItems} texts of 1 to ${rule.maxChars} characters`;
  }
}

function isText(value: unknown, maxChars: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= maxChars;
}
