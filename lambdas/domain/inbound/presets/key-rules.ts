/** Options of the presets whose senders sign with a private key. */

import { judgeUrl } from '../../egress/url.ts';
import type { FieldError } from '../../failure.ts';
import { NO_ALLOWANCE } from '../../project.ts';
import { HTTP_ALGORITHMS } from '../http-signature/signature-key.ts';
import { type OptionRule, type PresetRule, TOLERANCE } from './option-rule.ts';

const NAME: OptionRule = { kind: 'text', maxChars: 512 };
const NAMES: OptionRule = { kind: 'texts', maxItems: 32, maxChars: 512 };
const HTTPS_URL: OptionRule = {
  kind: 'text',
  maxChars: 2048,
  pattern: /^https:\/\/[!-~]+$/,
  as: 'an https URL',
};

export const KEY_RULES = {
  discord: { options: { toleranceSeconds: TOLERANCE } },
  sendgrid: { options: { toleranceSeconds: TOLERANCE } },
  'aws-sns': { options: { topicArns: NAMES, allowSha1: { kind: 'flag' } } },
  paypal: { options: { webhookId: NAME, toleranceSeconds: TOLERANCE }, required: ['webhookId'] },
  'google-pubsub': {
    options: { audience: NAME, email: NAME, toleranceSeconds: TOLERANCE },
    required: ['audience', 'email'],
  },
  jwt: {
    options: { issuer: NAME, audience: NAME, jwksUrl: HTTPS_URL, toleranceSeconds: TOLERANCE },
    required: ['issuer', 'audience'],
    together: ({ jwksUrl }) => jwksFaults(jwksUrl),
  },
  'http-message-signatures': {
    options: {
      components: NAMES,
      algorithm: { kind: 'choice', of: HTTP_ALGORITHMS },
      keyId: NAME,
      toleranceSeconds: TOLERANCE,
    },
  },
} as const satisfies Record<string, PresetRule>;

/** Judged again when it is fetched, with what its name resolves to; said here to whoever can mend it. */
function jwksFaults(jwksUrl: unknown): readonly FieldError[] {
  if (typeof jwksUrl !== 'string') return [];
  const judged = judgeUrl(jwksUrl, NO_ALLOWANCE);
  return judged.ok ? [] : [{ field: 'jwksUrl', code: judged.verdict, detail: judged.detail }];
}
