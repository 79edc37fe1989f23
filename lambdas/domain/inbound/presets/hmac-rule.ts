/** Which options the generic HMAC takes, and which of them need one another. */
import type { FieldError } from '../../failure.ts';
import { PLACEHOLDERS, unknownPlaceholders, uses } from '../signed-template.ts';
import { HEADER, type PresetRule, TOLERANCE } from './option-rule.ts';

const LIST_KEY = {
  kind: 'text',
  maxChars: 32,
  pattern: /^[A-Za-z0-9_-]+$/,
  as: 'letters, digits, - and _',
} as const;

export const HMAC_RULE: PresetRule = {
  required: ['header'],
  options: {
    header: HEADER,
    hash: { kind: 'choice', of: ['sha1', 'sha256', 'sha384', 'sha512'] },
    encoding: { kind: 'choice', of: ['hex', 'base64', 'base64url'] },
    secretEncoding: { kind: 'choice', of: ['utf8', 'hex', 'base64'] },
    prefix: { kind: 'text', maxChars: 64 },
    separator: { kind: 'choice', of: [',', ';', ' '] },
    key: LIST_KEY,
    template: { kind: 'text', maxChars: 512 },
    timestampHeader: HEADER,
    timestampKey: LIST_KEY,
    timestampFormat: { kind: 'choice', of: ['seconds', 'milliseconds', 'rfc3339'] },
    toleranceSeconds: TOLERANCE,
    idHeader: HEADER,
  },
  together: hmacErrors,
};

function hmacErrors(options: Readonly<Record<string, unknown>>): readonly FieldError[] {
  const template = typeof options.template === 'string' ? options.template : '{body}';
  const has = (option: string) => options[option] !== undefined;
  const isTimed = uses(template, 'timestamp');
  const times = ['timestampHeader', 'timestampKey'].filter(has);
  const errors: FieldError[] = [];
  const refuse = (field: string, detail: string) => errors.push({ field, code: 'invalid', detail });
  for (const unknown of unknownPlaceholders(template)) {
    const known = PLACEHOLDERS.map((name) => `{${name}}`).join(' ');
    refuse('template', `has ${unknown}; the placeholders are ${known} {header:Name}`);
  }
  if (has('prefix') && has('key'))
    refuse('prefix', 'goes without key: the key is what stands before the signature');
  if (times.length > 1) refuse('timestampKey', 'goes without timestampHeader: the time is in one place');
  if (isTimed && times.length === 0)
    refuse('template', 'has {timestamp}: say timestampHeader or timestampKey, too');
  for (const option of [...times, 'timestampFormat', 'toleranceSeconds'].filter(has)) {
    // A time that nobody signed protects from nothing: whoever repeats the call writes a new one.
    if (!isTimed)
      refuse(option, 'needs {timestamp} in the template: a time that is not signed proves nothing');
  }
  if (uses(template, 'id') && !has('idHeader')) refuse('template', 'has {id}: say idHeader, too');
  return errors;
}
