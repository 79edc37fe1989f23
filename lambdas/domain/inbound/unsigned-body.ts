/** Schemes that say who calls, and nothing about what is in the call. */
import type { PresetName } from './preset.ts';

const UNSIGNED_BODY: ReadonlySet<PresetName> = new Set<PresetName>([
  'none',
  'basic-auth',
  'api-key',
  'jwt',
  'gitlab',
  'google-pubsub',
  'mailgun',
  // Signs a CRC-32, which others can match.
  'paypal',
]);

export function signsBody(preset: PresetName): boolean {
  return !UNSIGNED_BODY.has(preset);
}
