/** Challenges that come with the vendor's signature; nobody else gets an answer. */
import { createHmac } from 'node:crypto';
import { isObject, jsonObjectOf, textMember } from '../body/json-object.ts';
import { decodeHex } from '../encoding.ts';
import { anyMac } from '../mac.ts';
import { singleHeader } from '../request.ts';
import { type Answerer, type Asked, echo, jsonAnswer, NO_ANSWER } from './answer.ts';

/** https://docs.slack.dev/reference/events/url_verification */
export const answerSlack: Answerer = ({ request, verdict }) => {
  const body = verdict.ok ? jsonObjectOf(request.body) : undefined;
  if (body === undefined || body.type !== 'url_verification') return NO_ANSWER;
  return echo(textMember(body, 'challenge'));
};

/**
 * PING and PONG. Discord also sends calls with wrong signatures and wants 401 for them, which every rejection is.
 * https://docs.discord.com/developers/interactions/overview
 */
export const answerDiscord: Answerer = ({ request, verdict }) => {
  const body = verdict.ok ? jsonObjectOf(request.body) : undefined;
  if (body === undefined) return NO_ANSWER;
  // Webhook events are pinged with type 0, and only an empty 204 is right for them.
  if (body.type === 0 && 'application_id' in body) {
    return { kind: 'answer', status: 204, contentType: 'application/json', body: '' };
  }
  return body.type === 1 && !('event' in body) ? jsonAnswer({ type: 1 }) : NO_ANSWER;
};

/** A revocation is left to be an event: somebody has to subscribe again. https://dev.twitch.tv/docs/eventsub/handling-webhook-events */
export const answerTwitch: Answerer = ({ request, verdict }) => {
  const type = singleHeader(request, 'Twitch-Eventsub-Message-Type');
  if (!verdict.ok || type !== 'webhook_callback_verification') return NO_ANSWER;
  const body = jsonObjectOf(request.body);
  return body === undefined ? NO_ANSWER : echo(textMember(body, 'challenge'));
};

/**
 * What we sign here must not be usable as the signature of a call, which begins with `v0:`.
 * https://developers.zoom.us/docs/api/webhooks/#validate-your-webhook-endpoint
 */
export const answerZoom: Answerer = (asked) => {
  const body = asked.verdict.ok ? jsonObjectOf(asked.request.body) : undefined;
  if (body === undefined || body.event !== 'endpoint.url_validation' || !isObject(body.payload))
    return NO_ANSWER;
  const plainToken = textMember(body.payload, 'plainToken');
  const secret = zoomSecret(asked);
  if (plainToken === undefined || secret === undefined || !/^[\w+/=-]{1,200}$/.test(plainToken))
    return NO_ANSWER;
  const encryptedToken = createHmac('sha256', secret).update(plainToken).digest('hex');
  return jsonAnswer({ plainToken, encryptedToken });
};

/** During a rotation: the secret that this call was signed with. */
function zoomSecret({ request, secrets }: Asked): string | undefined {
  const signature = decodeHex((singleHeader(request, 'x-zm-signature') ?? '').replace(/^v0=/, ''));
  if (signature === undefined) return undefined;
  const signed = ['v0:', singleHeader(request, 'x-zm-request-timestamp') ?? '', ':', request.body];
  return secrets.find((secret) => anyMac('sha256', [Buffer.from(secret)], signed, [signature]));
}
