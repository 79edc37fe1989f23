/** What keeps a source from working, or from being safe; shown beside it. */
import { type Source, verifyingSecrets } from '../source.ts';
import type { PresetName } from './presets/preset.ts';
import { signsBody } from './signed-parts.ts';

/** Say nothing of who sends. */
const ANYBODY: ReadonlySet<PresetName> = new Set<PresetName>(['none', 'content-digest']);

/** Their keys are fetched, or there is nothing to check. */
const WITHOUT_SECRETS: ReadonlySet<PresetName> = new Set<PresetName>([
  ...ANYBODY,
  'aws-sns',
  'google-pubsub',
  'paypal',
]);

export function needsSecret({ verification: { preset, jwksUrl } }: Pick<Source, 'verification'>): boolean {
  return !WITHOUT_SECRETS.has(preset) && !(preset === 'jwt' && jwksUrl !== undefined);
}

export function sourceWarnings(source: Source, now: number): string[] {
  const { preset, topicArns } = source.verification;
  const warnings: string[] = [];
  if (ANYBODY.has(preset)) {
    warnings.push(
      'Anybody who knows the address can send events: choose a verification if the sender has one.',
    );
  } else if (!signsBody(source.verification)) {
    warnings.push('The body is not signed: whoever has seen the credentials of one call can send any other.');
  }
  if (needsSecret(source) && verifyingSecrets(source, now).length === 0) {
    warnings.push('There is no secret yet: every call is refused with 503 until it has one.');
  }
  if (preset === 'aws-sns' && topicArns === undefined) {
    warnings.push("Any AWS account's topic is believed: name yours in verification.topic_arns.");
  }
  return warnings;
}
