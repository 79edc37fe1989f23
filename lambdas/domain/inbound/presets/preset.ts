/**
 * Presets: the schemes a source can be given by name, and which options each takes. A name and its options are a
 * contract: stored with the source, written in the API.
 */
import type { FieldError } from '../../failure.ts';
import { fail, ok, type Result } from '../../result.ts';
import { HMAC_RULE } from './hmac-rule.ts';
import { KEY_RULES } from './key-rules.ts';
import { HEADER, type OptionRule, optionFault, type PresetRule, TOLERANCE } from './option-rule.ts';

const PLAIN: PresetRule = { options: {} };
const TIMED: PresetRule = { options: { toleranceSeconds: TOLERANCE } };

const CONVOY: Readonly<Record<string, OptionRule>> = {
  header: HEADER,
  hash: { kind: 'choice', of: ['sha256', 'sha512'] },
  encoding: { kind: 'choice', of: ['hex', 'base64'] },
};
const CONVOY_TIMED: PresetRule = { options: { ...CONVOY, toleranceSeconds: TOLERANCE } };
const API_KEY: PresetRule = {
  options: { header: HEADER, prefix: { kind: 'text', maxChars: 64 }, query: { kind: 'text', maxChars: 64 } },
  together: ({ header, prefix, query }) =>
    query !== undefined && (header ?? prefix) !== undefined
      ? [
          {
            field: 'query',
            code: 'invalid',
            detail: 'goes without header and prefix: the key is in one place',
          },
        ]
      : [],
};

/** One line for each preset, and one in `verify.ts`; the compiler asks for the other when one is missing. The pages of sources name its options. */
export const RULES = {
  'standard-webhooks': TIMED,
  svix: TIMED,
  /** Whichever of the next two the header has the shape of. */
  convoy: CONVOY_TIMED,
  'convoy-simple': { options: CONVOY },
  'convoy-advanced': CONVOY_TIMED,
  stripe: TIMED,
  github: PLAIN,
  gitlab: TIMED,
  bitbucket: PLAIN,
  shopify: PLAIN,
  slack: TIMED,
  zoom: TIMED,
  twilio: PLAIN,
  square: PLAIN,
  paddle: TIMED,
  /** Whichever of the next two the signature stands in the place of. */
  adyen: PLAIN,
  'adyen-standard': PLAIN,
  'adyen-platform': PLAIN,
  pagerduty: PLAIN,
  zendesk: TIMED,
  'hubspot-v3': TIMED,
  intercom: PLAIN,
  linear: TIMED,
  twitch: TIMED,
  mux: TIMED,
  razorpay: PLAIN,
  notion: PLAIN,
  mailgun: TIMED,
  meta: { options: { verifyToken: { kind: 'text', maxChars: 256 } } },
  x: PLAIN,
  hookdeck: PLAIN,
  outpost: {
    options: {
      headerPrefix: { kind: 'text', maxChars: 32, pattern: /^[A-Za-z0-9-]+$/, as: 'letters, digits and -' },
    },
  },
  ...KEY_RULES,
  hmac: HMAC_RULE,
  'basic-auth': PLAIN,
  'api-key': API_KEY,
  'content-digest': PLAIN,
  none: PLAIN,
} as const satisfies Record<string, PresetRule>;

export type PresetName = keyof typeof RULES;

export const PRESET_NAMES = Object.keys(RULES) as readonly PresetName[];

/** A checked preset: its proper name, and options that are what its scheme expects. */
export interface Preset {
  readonly preset: PresetName;
  readonly [option: string]: unknown;
}

/** Other names people use. */
const ALIASES: Readonly<Record<string, PresetName>> = {
  standardwebhooks: 'standard-webhooks',
  hubspot: 'hubspot-v3',
  'adyen-banking': 'adyen-platform',
  'outpost-default': 'outpost',
  facebook: 'meta',
  whatsapp: 'meta',
  instagram: 'meta',
  twitter: 'x',
  basic: 'basic-auth',
  sns: 'aws-sns',
  'amazon-sns': 'aws-sns',
  pubsub: 'google-pubsub',
  'http-signature': 'http-message-signatures',
  rfc9421: 'http-message-signatures',
  rfc9530: 'content-digest',
};

/** The proper name of a preset given by any of its names. */
export function presetName(name: string): PresetName | undefined {
  if (Object.hasOwn(RULES, name)) return name as PresetName;
  return Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
}

/**
 * Checks a preset as it came: a name, or an object of `preset` and options in camelCase. Fields in the errors are
 * `preset` and the options' names.
 */
export function checkPreset(input: unknown): Result<Preset, readonly FieldError[]> {
  const given = typeof input === 'string' ? { preset: input } : input;
  if (
    typeof given !== 'object' ||
    given === null ||
    !('preset' in given) ||
    typeof given.preset !== 'string'
  ) {
    return fail([{ field: 'preset', code: 'required', detail: 'must be the name of a preset' }]);
  }
  const { preset: wanted, ...options } = given as {
    readonly preset: string;
    readonly [option: string]: unknown;
  };
  const name = presetName(wanted);
  if (name === undefined) {
    const detail = `is no preset; the presets are ${PRESET_NAMES.join(', ')}`;
    return fail([{ field: 'preset', code: 'unknown', detail }]);
  }
  const errors = optionErrors(name, options);
  return errors.length === 0 ? ok({ ...options, preset: name }) : fail(errors);
}

function optionErrors(name: PresetName, options: Readonly<Record<string, unknown>>): readonly FieldError[] {
  const rule: PresetRule = RULES[name];
  const wrong = Object.entries(options).flatMap(([option, value]): readonly FieldError[] => {
    const known = Object.hasOwn(rule.options, option) ? rule.options[option] : undefined;
    if (known === undefined) return [{ field: option, code: 'unknown', detail: `is no option of ${name}` }];
    const fault = optionFault(known, value);
    return fault === undefined ? [] : [{ field: option, code: 'invalid', detail: fault }];
  });
  const missing = (rule.required ?? [])
    .filter((option) => !Object.hasOwn(options, option))
    .map((field) => ({ field, code: 'required', detail: `is needed by ${name}` }));
  const single = [...wrong, ...missing];
  return single.length > 0 ? single : (rule.together?.(options) ?? []);
}
