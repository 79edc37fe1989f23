/** Who sent this? Every preset's verifier behind one function. */
import { type Preset, type PresetName, presetName } from './preset.ts';
import type { InboundRequest } from './request.ts';
import type { Verifier } from './scheme.ts';
import {
  verifyBitbucket,
  verifyGithub,
  verifyIntercom,
  verifyMeta,
  verifyNotion,
  verifyRazorpay,
  verifyShopify,
  verifyX,
} from './schemes/body-signature.ts';
import {
  verifyHubspotV3,
  verifySlack,
  verifyTwitch,
  verifyZendesk,
  verifyZoom,
} from './schemes/timed-body.ts';
import { verifyMux, verifyPaddle, verifyStripe } from './schemes/timed-list.ts';
import type { Verdict } from './verdict.ts';

/** `never`: each takes options of its own, which `checkPreset` has compared with the preset's rule. */
const VERIFIERS: Readonly<Record<PresetName, Verifier<never>>> = {
  stripe: verifyStripe,
  mux: verifyMux,
  paddle: verifyPaddle,
  slack: verifySlack,
  zoom: verifyZoom,
  zendesk: verifyZendesk,
  twitch: verifyTwitch,
  'hubspot-v3': verifyHubspotV3,
  github: verifyGithub,
  bitbucket: verifyBitbucket,
  shopify: verifyShopify,
  notion: verifyNotion,
  razorpay: verifyRazorpay,
  intercom: verifyIntercom,
  meta: verifyMeta,
  x: verifyX,
};

/** Before 1973 in milliseconds, after the year 5000 in seconds. */
const SECONDS_BELOW = 100_000_000_000;

/**
 * Judges one inbound call. Total: whatever the headers, body and secrets hold, the answer is a verdict.
 *
 * @param preset a preset's name or alias, or an object of `preset` and its options, as `checkPreset` accepts it.
 * @param secrets what the vendor shows, as text; any of them may have signed. Malformed ones are skipped, and when none
 *   is left the verdict is `no_secret`.
 * @param now milliseconds, as everywhere; a number below 1e11 is taken as Unix seconds, since vendors' examples state those.
 * @throws RangeError for an unknown preset: a fault of ours, since `checkPreset` stands before whatever is stored.
 */
export function verifyInbound(
  preset: string | Preset | { readonly preset: string },
  request: InboundRequest,
  secrets: string | readonly string[],
  now: number | Date,
): Verdict {
  const { preset: wanted, ...options } = typeof preset === 'string' ? { preset } : preset;
  const name = presetName(wanted);
  if (name === undefined) throw new RangeError(`no inbound preset is called ${JSON.stringify(wanted)}`);
  return VERIFIERS[name]({
    request,
    secrets: typeof secrets === 'string' ? [secrets] : secrets,
    options: options as never,
    nowSeconds: unixSeconds(now),
  });
}

function unixSeconds(now: number | Date): number {
  const given = Number(now);
  const isSeconds = typeof now === 'number' && given < SECONDS_BELOW;
  return Math.floor(isSeconds ? given : given / 1000);
}
