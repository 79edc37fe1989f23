/** Between a source's fields in the API and in the domain. What the schema can't judge is judged here. */
import type { FieldError } from '../../domain/failure.ts';
import type { Pick } from '../../domain/inbound/pick.ts';
import { optionName } from '../../domain/inbound/presets/option-rule.ts';
import { checkPreset, type Preset } from '../../domain/inbound/presets/preset.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import { type CustomAnswer, DEFAULT_DEDUPLICATION_SECONDS, type Deduplication } from '../../domain/source.ts';
import type { PickFields } from './pick.ts';
import type { AnswerFields, DeduplicationFields } from './sources.ts';

const PLAIN_TEXT = 'text/plain; charset=utf-8';

/** Options of a preset are written in snake_case. */
export function readVerification(
  given: Readonly<Record<string, unknown>>,
): Result<Preset, readonly FieldError[]> {
  const named = Object.entries(given).map(([option, value]) => [optionName(option), value] as const);
  const checked = checkPreset(Object.fromEntries(named));
  if (checked.ok) return checked;
  return fail(checked.failure.map((error) => ({ ...error, field: `verification.${snake(error.field)}` })));
}

export function verificationView({ preset, ...options }: Preset) {
  const named = Object.entries(options).map(([option, value]) => [snake(option), value] as const);
  return { preset, ...Object.fromEntries(named) };
}

export function readPick({ value, header, body, prefix, fallback }: PickFields): Pick {
  if (value !== undefined) return { from: 'constant', value };
  return {
    from: header === undefined ? 'body' : 'header',
    path: header ?? body ?? '',
    ...(prefix !== undefined && { prefix }),
    ...(fallback !== undefined && { fallback }),
  };
}

export function pickView(pick: Pick): PickFields {
  if (pick.from === 'constant') return { value: pick.value };
  const { from, path, prefix, fallback } = pick;
  return {
    [from]: path,
    ...(prefix !== undefined && { prefix }),
    ...(fallback !== undefined && { fallback }),
  };
}

export function readDeduplication(given: DeduplicationFields | null | undefined): Deduplication {
  const {
    by,
    fields = [],
    window_seconds: windowSeconds = DEFAULT_DEDUPLICATION_SECONDS,
  } = given ?? {
    by: 'auto',
  };
  if (by === 'none') return { by };
  return by === 'fields' ? { by, fields, windowSeconds } : { by, windowSeconds };
}

export function deduplicationView(rule: Deduplication): DeduplicationFields {
  if (rule.by === 'none') return { by: 'none' };
  return {
    by: rule.by,
    ...(rule.by === 'fields' && { fields: [...rule.fields] }),
    window_seconds: rule.windowSeconds,
  };
}

export function readAnswer({ status, content_type, body }: AnswerFields): Result<CustomAnswer, FieldError> {
  if (status === 204 && body !== undefined && body !== '') {
    return fail({ field: 'answer.body', code: 'not_allowed', detail: 'a 204 has no body; use 200' });
  }
  return ok({ status, contentType: content_type ?? PLAIN_TEXT, body: body ?? '' });
}

export function answerView({ status, contentType, body }: CustomAnswer): AnswerFields {
  return { status, content_type: contentType, body };
}

function snake(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
