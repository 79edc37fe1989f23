/** What of a call a scheme protects: whatever is not signed, those who have seen a call can change and send again. */
import { compactJson } from './body/compact-json.ts';
import type { Preset, PresetName } from './presets/preset.ts';
import { type Placeholder, uses } from './signed-template.ts';

/** Schemes that say who calls, and nothing about what is in the call. */
const UNSIGNED_BODY: ReadonlySet<PresetName> = new Set<PresetName>([
  'none',
  // Anybody can make one for any body.
  'content-digest',
  'basic-auth',
  'api-key',
  'jwt',
  'gitlab',
  'google-pubsub',
  'mailgun',
  // Signs a CRC-32, which others can match.
  'paypal',
]);

export function signsBody(verification: Preset): boolean {
  const { preset, template } = verification;
  if (preset === 'hmac' && template !== undefined) return templateUses(verification, 'body');
  return !UNSIGNED_BODY.has(preset);
}

/**
 * Where the sender's id stands in what is signed. Their bodies need not be the same on a retry (Notion counts its
 * attempts in there), nor on a replay: SNS and Adyen sign chosen fields, and white space can be put beside those.
 */
const SIGNED_ID: ReadonlySet<PresetName> = new Set<PresetName>([
  'aws-sns',
  'adyen',
  'adyen-standard',
  'http-message-signatures',
  'intercom',
  'notion',
  'pagerduty',
  'square',
]);

export function signsId(verification: Preset): boolean {
  return SIGNED_ID.has(verification.preset) || templateUses(verification, 'id');
}

/** Where method, path and query belong to the call: Twilio may have everything in there, and no body at all. */
export function signsAddress(verification: Preset): boolean {
  const { preset, components } = verification;
  if (preset === 'twilio' || preset === 'square' || preset === 'hubspot-v3') return true;
  if (preset === 'http-message-signatures') {
    return Array.isArray(components) && components.some((name) => String(name).startsWith('@'));
  }
  return (['url', 'path', 'method'] as const).some((placeholder) => templateUses(verification, placeholder));
}

function templateUses({ preset, template }: Preset, placeholder: Placeholder): boolean {
  return preset === 'hmac' && typeof template === 'string' && uses(template, placeholder);
}

/** The body as it is signed. Convoy signs it without its white space, which anybody can then change. */
export function signedBytes(preset: PresetName, body: Uint8Array): Uint8Array {
  return preset.startsWith('convoy') ? (compactJson(body) ?? body) : body;
}
