import { EventEmitter } from 'node:events';
import https from 'node:https';
import { EventWebhook } from '@sendgrid/eventwebhook';
import { verifyKey } from 'discord-interactions';
import MessageValidator from 'sns-validator';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Preset } from '../../../lambdas/domain/inbound/presets/preset.ts';
import { type InboundRequest, singleHeader } from '../../../lambdas/domain/inbound/request.ts';
import { verifyInbound } from '../../../lambdas/domain/inbound/verify.ts';
import {
  CONFIRMATION,
  discordCall,
  NOTIFICATION,
  NOW_SECONDS,
  sendgridCall,
  snsCall,
} from './key-signed-calls.ts';
import { CERTIFIED, ed25519, p256 } from './test-keys.ts';

const judge = (preset: Preset, request: InboundRequest, key: string) =>
  verifyInbound(preset, request, [key], NOW_SECONDS).ok;
const header = (request: InboundRequest, name: string) => singleHeader(request, name) ?? '';
const altered = (request: InboundRequest): InboundRequest => ({
  ...request,
  body: Buffer.from(Buffer.from(request.body).toString().replace('e', 'E')),
});

describe('judged like by the vendor’s own library', () => {
  test('discord', async () => {
    const key = ed25519();
    const hex = key.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex');
    const good = discordCall(key.privateKey);
    for (const request of [good, altered(good), discordCall(ed25519().privateKey)]) {
      const signature = header(request, 'X-Signature-Ed25519');
      const theirs = await verifyKey(request.body, signature, header(request, 'X-Signature-Timestamp'), hex);
      expect(judge({ preset: 'discord' }, request, hex)).toBe(theirs);
    }
  });

  test('sendgrid', () => {
    const key = p256();
    const base64 = key.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const library = new EventWebhook();
    const good = sendgridCall(key.privateKey);
    for (const request of [good, altered(good), sendgridCall(p256().privateKey)]) {
      const theirs = library.verifySignature(
        library.convertPublicKeyToECDSA(base64),
        Buffer.from(request.body),
        header(request, 'X-Twilio-Email-Event-Webhook-Signature'),
        header(request, 'X-Twilio-Email-Event-Webhook-Timestamp'),
      );
      expect(judge({ preset: 'sendgrid' }, request, base64)).toBe(theirs);
    }
  });
});

describe('aws-sns, like by Amazon’s own library', () => {
  afterEach(() => vi.restoreAllMocks());

  function answerWithCertificate(): void {
    const get = (_: unknown, answered: (response: EventEmitter) => void) => {
      const response = Object.assign(new EventEmitter(), { statusCode: 200 });
      answered(response);
      response.emit('data', Buffer.from(CERTIFIED.valid));
      response.emit('end');
      return new EventEmitter();
    };
    vi.spyOn(https, 'get').mockImplementation(get as unknown as typeof https.get);
  }

  const theirs = (request: InboundRequest) =>
    new Promise<boolean>((resolve) => {
      new MessageValidator().validate(Buffer.from(request.body).toString(), (fault) =>
        resolve(fault === null),
      );
    });

  test.each([
    ['a notification', NOTIFICATION, true],
    ['one without a subject', { ...NOTIFICATION, Subject: undefined }, true],
    ['one that is not English', { ...NOTIFICATION, Message: 'Grüße 🎉\r\n\u0000' }, true],
    ['a confirmation', CONFIRMATION, true],
    ['a certificate elsewhere', { ...NOTIFICATION, SigningCertURL: 'https://s3.amazonaws.com/a.pem' }, false],
  ])('%s', async (_, fields, good) => {
    answerWithCertificate();
    const request = snsCall(CERTIFIED.privateKey, fields);
    expect(await theirs(request)).toBe(good);
    expect(judge({ preset: 'aws-sns' }, request, CERTIFIED.valid)).toBe(good);
    expect(await theirs(altered(request))).toBe(false);
    expect(judge({ preset: 'aws-sns' }, altered(request), CERTIFIED.valid)).toBe(false);
  });
});
