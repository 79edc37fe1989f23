import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { SynchronousAnswer } from '../../../lambdas/domain/inbound/answers/answer.ts';
import { answerFor } from '../../../lambdas/domain/inbound/answers.ts';
import {
  PRESET_NAMES,
  type Preset,
  type PresetName,
} from '../../../lambdas/domain/inbound/presets/preset.ts';
import type { InboundRequest } from '../../../lambdas/domain/inbound/request.ts';
import { rejected, verified } from '../../../lambdas/domain/inbound/verdict.ts';
import { verifyInbound } from '../../../lambdas/domain/inbound/verify.ts';
import fc from '../../properties.ts';
import {
  CONFIRMATION,
  call,
  discordCall,
  NOTIFICATION,
  NOW_SECONDS,
  type SnsFields,
  snsCall,
  TOPIC,
} from './key-signed-calls.ts';
import { CERTIFIED, ed25519 } from './test-keys.ts';

const SECRET = 'a secret of ours';
const NOBODY = rejected('signature_mismatch', 'Not signed by anybody we know.');

/** What the gateway does with a call: judge it, then answer by the verdict. */
function answer(
  preset: Preset,
  request: InboundRequest,
  secrets: readonly string[] = [SECRET],
): SynchronousAnswer {
  return answerFor(preset, request, secrets, verifyInbound(preset, request, secrets, NOW_SECONDS));
}

const mac = (text: string, key = SECRET) => createHmac('sha256', key).update(text).digest('hex');
const json = (value: unknown) => JSON.stringify(value);

function timedCall(names: readonly [string, string], body: string, key = SECRET): InboundRequest {
  const [signature, time] = names;
  return call(
    { [signature]: `v0=${mac(`v0:${NOW_SECONDS}:${body}`, key)}`, [time]: String(NOW_SECONDS) },
    body,
  );
}

const slackCall = (body: string, key = SECRET) =>
  timedCall(['X-Slack-Signature', 'X-Slack-Request-Timestamp'], body, key);
const zoomCall = (body: string, key = SECRET) =>
  timedCall(['x-zm-signature', 'x-zm-request-timestamp'], body, key);

function get(query: Readonly<Record<string, string>>): InboundRequest {
  const url = `https://in.example.com/in/src_1?${new URLSearchParams(query)}`;
  return { method: 'GET', url, headers: {}, body: new Uint8Array() };
}

const NONE = { kind: 'none' };
const asText = (body: string) => ({
  kind: 'answer',
  status: 200,
  contentType: 'text/plain; charset=utf-8',
  body,
  headers: expect.objectContaining({ 'x-content-type-options': 'nosniff' }),
});
const asJson = (value: unknown) => ({
  kind: 'answer',
  status: 200,
  contentType: 'application/json',
  body: json(value),
});

describe('slack', () => {
  const challenge = json({ type: 'url_verification', challenge: '3eZbrw1aB' });

  test('hears its challenge', () => {
    expect(answer({ preset: 'slack' }, slackCall(challenge))).toEqual(asText('3eZbrw1aB'));
  });

  test('but not from anybody else, nor for an event', () => {
    expect(answer({ preset: 'slack' }, slackCall(challenge, 'another secret'))).toEqual(NONE);
    expect(answer({ preset: 'slack' }, slackCall(json({ type: 'event_callback', challenge: 'x' })))).toEqual(
      NONE,
    );
    expect(answer({ preset: 'slack' }, slackCall(json({ type: 'url_verification', challenge: 7 })))).toEqual(
      NONE,
    );
  });
});

describe('discord', () => {
  const key = ed25519();
  const preset: Preset = { preset: 'discord' };

  test('hears PONG for PING', () => {
    expect(answer(preset, discordCall(key.privateKey, '{"type":1}'), [key.pem])).toMatchObject(
      asJson({ type: 1 }),
    );
  });

  test('hears an empty 204 for the ping of webhook events', () => {
    const body = '{"version":1,"application_id":"1234560123453231555","type":0}';
    expect(answer(preset, discordCall(key.privateKey, body), [key.pem])).toMatchObject({
      status: 204,
      body: '',
    });
  });

  test('hears nothing for commands, events and wrong signatures', () => {
    expect(answer(preset, discordCall(key.privateKey, '{"type":2}'), [key.pem])).toEqual(NONE);
    const event = '{"type":1,"event":{"type":"APPLICATION_AUTHORIZED"}}';
    expect(answer(preset, discordCall(key.privateKey, event), [key.pem])).toEqual(NONE);
    expect(answer(preset, discordCall(ed25519().privateKey, '{"type":1}'), [key.pem])).toEqual(NONE);
  });
});

describe('twitch', () => {
  const at = new Date(NOW_SECONDS * 1000).toISOString();

  function twitchCall(type: string, body: string, key = SECRET): InboundRequest {
    const prefix = 'Twitch-Eventsub-Message-';
    const signature = `sha256=${mac(`m1${at}${body}`, key)}`;
    const headers = { Id: 'm1', Timestamp: at, Signature: signature, Type: type };
    return call(
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [prefix + name, value])),
      body,
    );
  }

  test('hears its challenge', () => {
    const body = json({ challenge: 'pogchamp-kappa-360noscope-vohiyo' });
    const request = twitchCall('webhook_callback_verification', body);
    expect(answer({ preset: 'twitch' }, request)).toEqual(asText('pogchamp-kappa-360noscope-vohiyo'));
    const forged = twitchCall('webhook_callback_verification', body, 'another secret');
    expect(answer({ preset: 'twitch' }, forged)).toEqual(NONE);
  });

  test('leaves notifications and revocations to be events', () => {
    for (const type of ['notification', 'revocation']) {
      expect(answer({ preset: 'twitch' }, twitchCall(type, json({ challenge: 'x' })))).toEqual(NONE);
    }
  });
});

describe('zoom', () => {
  const validation = (plainToken: unknown) =>
    json({ event: 'endpoint.url_validation', payload: { plainToken } });

  test('hears its token signed, with the secret that it signed with', () => {
    const plainToken = 'qgg8vlvZRS6UYooatFL8Aw';
    const request = zoomCall(validation(plainToken));
    const expected = asJson({ plainToken, encryptedToken: mac(plainToken) });
    expect(answer({ preset: 'zoom' }, request)).toMatchObject(expected);
    expect(answer({ preset: 'zoom' }, request, ['a newer secret', SECRET])).toMatchObject(expected);
  });

  test('but neither strangers nor what could be the signature of a call', () => {
    expect(answer({ preset: 'zoom' }, zoomCall(validation('abc'), 'another secret'))).toEqual(NONE);
    for (const token of [`v0:${NOW_SECONDS}:{}`, '', 7, 'x'.repeat(201)]) {
      expect(answer({ preset: 'zoom' }, zoomCall(validation(token)))).toEqual(NONE);
    }
    expect(answer({ preset: 'zoom' }, zoomCall(json({ event: 'meeting.started', payload: {} })))).toEqual(
      NONE,
    );
  });
});

describe('aws-sns', () => {
  const preset: Preset = { preset: 'aws-sns', topicArns: [TOPIC] };
  const confirm = (more: SnsFields = {}, named: Preset = preset) =>
    answer(named, snsCall(CERTIFIED.privateKey, { ...CONFIRMATION, ...more }), [CERTIFIED.valid]);

  test('has its subscription confirmed', () => {
    expect(confirm()).toEqual({ kind: 'confirm', url: CONFIRMATION.SubscribeURL });
  });

  test('but not for a topic that is not the source’s, nor without Amazon’s signature', () => {
    expect(confirm({}, { preset: 'aws-sns', topicArns: [`${TOPIC}2`] })).toEqual(NONE);
    const forged = snsCall(CERTIFIED.privateKey, CONFIRMATION);
    expect(answerFor(preset, forged, [], NOBODY)).toEqual(NONE);
  });

  test.each([
    'http://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription',
    'https://evil.example/?Action=ConfirmSubscription',
    'https://sns.eu-west-1.amazonaws.com.evil.example/?Action=ConfirmSubscription',
    'https://user@sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription',
    'https://sns.eu-west-1.amazonaws.com:81/?Action=ConfirmSubscription',
    'https://sns.eu-west-1.amazonaws.com/?Action=DeleteTopic',
    'https://169.254.169.254/?Action=ConfirmSubscription',
  ])('and never at %s', (start) => {
    expect(confirm({ SubscribeURL: `${start}&TopicArn=${TOPIC}&Token=1` })).toEqual(NONE);
  });

  test('nor for another topic than the message is about', () => {
    expect(confirm({ SubscribeURL: `${CONFIRMATION.SubscribeURL}2`.replace(TOPIC, `${TOPIC}2`) })).toEqual(
      NONE,
    );
  });

  test('leaves notifications and goodbyes to be events', () => {
    expect(answer(preset, snsCall(CERTIFIED.privateKey, NOTIFICATION), [CERTIFIED.valid])).toEqual(NONE);
    expect(confirm({ Type: 'UnsubscribeConfirmation' })).toEqual(NONE);
  });
});

describe('meta', () => {
  const preset: Preset = { preset: 'meta', verifyToken: 'our word' };
  const query = { 'hub.mode': 'subscribe', 'hub.challenge': '1158201444', 'hub.verify_token': 'our word' };

  test('hears its challenge when it knows the word', () => {
    expect(answer(preset, get(query))).toEqual(asText('1158201444'));
  });

  test.each([
    ['another word', { ...query, 'hub.verify_token': 'their word' }],
    ['no word', { 'hub.mode': 'subscribe', 'hub.challenge': '1' }],
    ['another mode', { ...query, 'hub.mode': 'unsubscribe' }],
    ['no challenge', { ...query, 'hub.challenge': '' }],
    ['a challenge of 1,001 characters', { ...query, 'hub.challenge': '1'.repeat(1001) }],
  ])('but not with %s', (_, asked) => {
    expect(answer(preset, get(asked))).toEqual(NONE);
  });

  test('and nobody hears it while no word is agreed on, or by POST, or when it is there twice', () => {
    expect(answer({ preset: 'meta' }, get({ ...query, 'hub.verify_token': '' }))).toEqual(NONE);
    expect(answer(preset, { ...get(query), method: 'POST' })).toEqual(NONE);
    const twice = get(query);
    expect(answer(preset, { ...twice, url: `${twice.url}&hub.challenge=2` })).toEqual(NONE);
  });
});

describe('x', () => {
  const preset: Preset = { preset: 'x' };
  const signedAs = (token: string) => `sha256=${createHmac('sha256', SECRET).update(token).digest('base64')}`;

  test('hears its token signed', () => {
    const token = 'NTE2YmYzZWQtYjA1Yy00YzY5LWE3YTQ';
    expect(answer(preset, get({ crc_token: token, nonce: 'n' }))).toMatchObject(
      asJson({ response_token: signedAs(token) }),
    );
  });

  test('signs nothing that could be the body of a call', () => {
    const body = '{"for_user_id":"1","tweet_create_events":[]}';
    const forged = call({ 'x-twitter-webhooks-signature': signedAs(body) }, body);
    expect(verifyInbound(preset, forged, [SECRET], NOW_SECONDS).ok).toBe(true);
    for (const token of [body, '[]', '"a"', 'a b', '', 'x'.repeat(201)]) {
      expect(answer(preset, get({ crc_token: token }))).toEqual(NONE);
    }
  });

  test('hears nothing by POST, or while there is no secret', () => {
    expect(answer(preset, { ...get({ crc_token: 'abc' }), method: 'POST' })).toEqual(NONE);
    expect(answer(preset, get({ crc_token: 'abc' }), [])).toEqual(NONE);
  });
});

describe('notion', () => {
  const token = 'secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl';
  const handshake = call({}, json({ verification_token: token }));

  test('shows the token it will sign with, while the source has no secret', () => {
    const { kind, ...about } = answer({ preset: 'notion' }, handshake, []);
    expect(kind).toBe('token');
    expect(about).toMatchObject({ token, answer: { status: 200, body: '' } });
  });

  test('but not once it has one, nor for anything that is no token', () => {
    expect(answer({ preset: 'notion' }, handshake, [SECRET])).toEqual(NONE);
    for (const bad of ['', 'a b', '<script>alert(1)</script>', 'x'.repeat(300), 7]) {
      expect(answer({ preset: 'notion' }, call({}, json({ verification_token: bad })), [])).toEqual(NONE);
    }
  });
});

describe('others', () => {
  test('Microsoft Graph hears its validation token, where a source takes its calls', () => {
    const request = {
      ...get({ validationToken: 'Validation: Testing client application…' }),
      method: 'POST',
    };
    expect(answer({ preset: 'none' }, request)).toEqual(asText('Validation: Testing client application…'));
    expect(answer({ preset: 'none' }, { ...request, body: Buffer.from('{}') })).toEqual(NONE);
    expect(answer({ preset: 'api-key' }, request)).toEqual(NONE);
    expect(answer({ preset: 'github' }, request)).toEqual(NONE);
  });
});

describe('whatever is sent', () => {
  const HOSTILE = '<script>alert(document.domain)</script>';
  const QUERIES = ['hub.challenge', 'hub.verify_token', 'hub.mode', 'crc_token', 'validationToken'];
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom(HOSTILE, 'subscribe', 'url_verification', 'endpoint.url_validation', 'x'.repeat(1001)),
  );
  const body = fc
    .record(
      {
        type: fc.oneof(text, fc.integer({ min: 0, max: 2 })),
        event: text,
        challenge: text,
        payload: fc.record({ plainToken: text }, { requiredKeys: [] }),
        verification_token: text,
      },
      { requiredKeys: [] },
    )
    .map((value) => Buffer.from(json(value)));
  const request = fc.record({
    method: fc.constantFrom('GET', 'POST', 'HEAD', 'PUT'),
    url: fc.oneof(
      fc.string(),
      fc.dictionary(fc.constantFrom(...QUERIES), text).map((query) => get(query).url),
    ),
    headers: fc.dictionary(fc.constantFrom('Twitch-Eventsub-Message-Type', 'x-zm-signature'), text),
    body: fc.oneof(body, fc.uint8Array()),
  });

  test.each(PRESET_NAMES.map((name) => [name]))(
    '%s never throws, and what is echoed is inert and short',
    (name) => {
      fc.assert(
        fc.property(request, fc.boolean(), (sent, believed) => {
          const preset: Preset = { preset: name as PresetName, verifyToken: HOSTILE };
          const due = answerFor(preset, sent, [SECRET], believed ? verified() : NOBODY);
          if (due.kind !== 'answer') return;
          expect(due.contentType).toMatch(/^(text\/plain|application\/json)/);
          expect(due.body.length).toBeLessThanOrEqual(1000);
          if (due.body !== '') expect(due.headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
        }),
        { numRuns: 200 },
      );
    },
  );
});
