/** The answers that vendors ask for before they send events. */
import { type Answerer, NO_ANSWER, type SynchronousAnswer } from './answers/answer.ts';
import { answerDiscord, answerSlack, answerTwitch, answerZoom } from './answers/signed-challenges.ts';
import { answerSns } from './answers/sns-confirmation.ts';
import { answerMeta, answerNotion, answerValidationToken, answerX } from './answers/unsigned-challenges.ts';
import type { Preset, PresetName } from './presets/preset.ts';
import type { InboundRequest } from './request.ts';
import type { Verdict } from './verdict.ts';

const ANSWERERS: Partial<Readonly<Record<PresetName, Answerer>>> = {
  slack: answerSlack,
  discord: answerDiscord,
  twitch: answerTwitch,
  zoom: answerZoom,
  'aws-sns': answerSns,
  meta: answerMeta,
  x: answerX,
  notion: answerNotion,
  none: answerValidationToken,
  'api-key': answerValidationToken,
  'basic-auth': answerValidationToken,
};

/**
 * What to answer at once to a call that is no event; `none` when the call is one, or no answer is due to who sent it.
 *
 * @param secrets of the source, newest first.
 * @param verdict what `verifyInbound` said of this call.
 */
export function answerFor(
  preset: Preset,
  request: InboundRequest,
  secrets: readonly string[],
  verdict: Verdict,
): SynchronousAnswer {
  return ANSWERERS[preset.preset]?.({ preset, request, secrets, verdict }) ?? NO_ANSWER;
}
