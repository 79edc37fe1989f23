/** Challenges without a signature: they prove to the vendor that the address is ours, and nothing to us. */
import { createHmac } from 'node:crypto';
import { jsonObjectOf, textMember } from '../body/json-object.ts';
import { X_TOKEN } from '../schemes/body-signature.ts';
import { secretMatches } from '../secret-compare.ts';
import { type Answerer, echo, jsonAnswer, NO_ANSWER, queryValue } from './answer.ts';

/** A GET with the word agreed on. https://developers.facebook.com/docs/graph-api/webhooks/getting-started */
export const answerMeta: Answerer = ({ preset, request }) => {
  const { verifyToken } = preset;
  if (request.method !== 'GET' || typeof verifyToken !== 'string' || verifyToken === '') return NO_ANSWER;
  if (queryValue(request, 'hub.mode') !== 'subscribe') return NO_ANSWER;
  if (!secretMatches(queryValue(request, 'hub.verify_token') ?? '', [verifyToken])) return NO_ANSWER;
  return echo(queryValue(request, 'hub.challenge'));
};

/**
 * X has us sign a token with the very secret and in the very way it signs its calls with, and anybody may ask. So only
 * what is never believed as a call is signed, or this would sign forged calls for everybody.
 * https://docs.x.com/x-api/webhooks/introduction
 */
export const answerX: Answerer = ({ request, secrets }) => {
  const token = queryValue(request, 'crc_token');
  const [secret] = secrets;
  if (request.method !== 'GET' || token === undefined || secret === undefined) return NO_ANSWER;
  if (!X_TOKEN.test(token)) return NO_ANSWER;
  return jsonAnswer({
    response_token: `sha256=${createHmac('sha256', secret).update(token).digest('base64')}`,
  });
};

/**
 * Notion posts the token it will sign with, once. Taken only while there is no secret, and never as one by itself:
 * anybody could post one first. https://developers.notion.com/reference/webhooks
 */
export const answerNotion: Answerer = ({ request, secrets }) => {
  if (request.method !== 'POST' || secrets.length > 0) return NO_ANSWER;
  const body = jsonObjectOf(request.body);
  const token = body === undefined ? undefined : textMember(body, 'verification_token');
  if (token === undefined || !/^[\w-]{8,256}$/.test(token)) return NO_ANSWER;
  return {
    kind: 'token',
    token,
    answer: { status: 200, contentType: 'text/plain; charset=utf-8', body: '' },
  };
};

/** Microsoft Graph, which signs nothing. https://learn.microsoft.com/graph/change-notifications-delivery-webhooks */
export const answerValidationToken: Answerer = ({ request, verdict }) =>
  verdict.ok && request.method === 'POST' && request.body.length === 0
    ? echo(queryValue(request, 'validationToken'))
    : NO_ANSWER;
