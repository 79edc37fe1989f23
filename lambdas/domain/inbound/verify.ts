/** Who sent this? Every preset's verifier behind one function. */
import { type GivenRequest, requestOf, texts } from './given-request.ts';
import { optionName } from './presets/option-rule.ts';
import { type Preset, type PresetName, presetName } from './presets/preset.ts';
import type { Verifier } from './scheme.ts';
import { verifyAdyen, verifyAdyenPlatform, verifyAdyenStandard } from './schemes/adyen.ts';
import {
  verifyBitbucket,
  verifyGithub,
  verifyIntercom,
  verifyMeta,
  verifyNotion,
  verifyRazorpay,
  verifyShopify,
  verifySquare,
  verifyX,
} from './schemes/body-signature.ts';
import { verifyHookdeck, verifyOutpost, verifyPagerduty } from './schemes/body-signatures.ts';
import { verifyDigest } from './schemes/content-digest.ts';
import { verifyConvoy, verifyConvoyAdvanced, verifyConvoySimple } from './schemes/convoy.ts';
import { verifyApiKey, verifyBasicAuth, verifyNothing } from './schemes/credentials.ts';
import { verifyDiscord } from './schemes/discord.ts';
import { verifyGitlab } from './schemes/gitlab.ts';
import { verifyHmac } from './schemes/hmac.ts';
import { verifyHttpSignature } from './schemes/http-signature.ts';
import { verifyJwt } from './schemes/jwt.ts';
import { verifyLinear } from './schemes/linear.ts';
import { verifyMailgun } from './schemes/mailgun.ts';
import { verifyPaypal } from './schemes/paypal.ts';
import { verifyPubsub } from './schemes/pubsub.ts';
import { verifySendgrid } from './schemes/sendgrid.ts';
import { verifySns } from './schemes/sns.ts';
import { verifyStandardWebhooks, verifySvix } from './schemes/standard-webhooks.ts';
import {
  verifyHubspotV3,
  verifySlack,
  verifyTwitch,
  verifyZendesk,
  verifyZoom,
} from './schemes/timed-body.ts';
import { verifyMux, verifyPaddle, verifyStripe } from './schemes/timed-list.ts';
import { verifyTwilio } from './schemes/twilio.ts';
import type { Verdict } from './verdict.ts';

/** `never`: each takes options of its own, which `checkPreset` has compared with the preset's rule. */
const VERIFIERS: Readonly<Record<PresetName, Verifier<never>>> = {
  'standard-webhooks': verifyStandardWebhooks,
  svix: verifySvix,
  convoy: verifyConvoy,
  'convoy-simple': verifyConvoySimple,
  'convoy-advanced': verifyConvoyAdvanced,
  stripe: verifyStripe,
  github: verifyGithub,
  gitlab: verifyGitlab,
  bitbucket: verifyBitbucket,
  shopify: verifyShopify,
  slack: verifySlack,
  zoom: verifyZoom,
  twilio: verifyTwilio,
  square: verifySquare,
  paddle: verifyPaddle,
  adyen: verifyAdyen,
  'adyen-standard': verifyAdyenStandard,
  'adyen-platform': verifyAdyenPlatform,
  pagerduty: verifyPagerduty,
  zendesk: verifyZendesk,
  'hubspot-v3': verifyHubspotV3,
  intercom: verifyIntercom,
  linear: verifyLinear,
  twitch: verifyTwitch,
  mux: verifyMux,
  razorpay: verifyRazorpay,
  notion: verifyNotion,
  mailgun: verifyMailgun,
  meta: verifyMeta,
  x: verifyX,
  hookdeck: verifyHookdeck,
  outpost: verifyOutpost,
  discord: verifyDiscord,
  sendgrid: verifySendgrid,
  'aws-sns': verifySns,
  paypal: verifyPaypal,
  'google-pubsub': verifyPubsub,
  jwt: verifyJwt,
  'http-message-signatures': verifyHttpSignature,
  hmac: verifyHmac,
  'basic-auth': verifyBasicAuth,
  'api-key': verifyApiKey,
  'content-digest': verifyDigest,
  none: verifyNothing,
};

/** Before 1973 in milliseconds, after the year 5000 in seconds. */
const SECONDS_BELOW = 100_000_000_000;

/**
 * Judges one inbound call. Total: whatever the headers, body and secrets hold, the answer is a verdict.
 *
 * @param preset a preset's name or alias, or an object of `preset` and its options, as `checkPreset` accepts it or as a
 *   source in the API has it (`toleranceSeconds`, `tolerance_seconds`).
 * @param secrets what the vendor shows, as text; any of them may have signed. Malformed ones are skipped, and when none
 *   is left the verdict is `no_secret`.
 * @param now milliseconds, as everywhere; a number below 1e11 is taken as Unix seconds, since vendors' examples state those.
 * @throws RangeError for an unknown preset: a fault of ours, since `checkPreset` stands before whatever is stored.
 */
export function verifyInbound(
  preset: string | Preset | { readonly preset: string },
  request: GivenRequest,
  secrets: string | readonly (string | undefined)[] | undefined,
  now: number | Date,
): Verdict {
  const { preset: wanted, ...options } = typeof preset === 'string' ? { preset } : preset;
  const name = presetName(wanted);
  if (name === undefined) throw new RangeError(`no inbound preset is called ${JSON.stringify(wanted)}`);
  return VERIFIERS[name]({
    request: requestOf(request),
    secrets: texts(secrets),
    options: named(options) as never,
    nowSeconds: unixSeconds(now),
  });
}

function named(options: object): object {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [optionName(name), value]));
}

function unixSeconds(now: number | Date): number {
  const given = Number(now);
  const isSeconds = typeof now === 'number' && given < SECONDS_BELOW;
  return Math.floor(isSeconds ? given : given / 1000);
}
