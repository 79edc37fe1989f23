import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import type { Source } from '../../../lambdas/domain/source.ts';
import { rsa } from '../../domain/inbound/test-keys.ts';
import { NOW } from '../../factories.ts';
import { aDoor } from './source-under-test.ts';

const KEY = rsa();
const verification = {
  preset: 'google-pubsub',
  audience: 'https://gw.example/in/src',
  email: 'push@project.iam.gserviceaccount.com',
} as const;

/** A source that Pub/Sub pushes to, and one push to it. */
async function pushed(over: Partial<Source> = {}) {
  const jwks = JSON.stringify({
    keys: [{ ...KEY.publicKey.export({ format: 'jwk' }), kid: 'g1', alg: 'RS256', use: 'sig' }],
  });
  const door = await aDoor({ verification, secrets: [], ...over }, { keys: { keysAt: async () => jwks } });
  const seconds = Math.floor(NOW / 1000);
  const { audience: aud, email } = verification;
  const claims = { iss: 'https://accounts.google.com', aud, email, email_verified: true };
  const token = await new SignJWT({ ...claims, iat: seconds, exp: seconds + 3600 })
    .setProtectedHeader({ alg: 'RS256', kid: 'g1' })
    .sign(KEY.privateKey);
  const push = {
    message: {
      attributes: { kind: 'order.paid' },
      data: Buffer.from('{"account":"cus_1"}').toString('base64'),
      messageId: '2070443601311540',
      publishTime: '2021-02-26T19:13:55.749Z',
    },
    subscription: 'projects/p/subscriptions/s',
  };
  const body = Buffer.from(JSON.stringify(push));
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await door.call({ headers, body });
  expect(answer.status).toBe(200);
  const [kept] = await door.kept();
  const event = await door.events.get(door.source.project, kept!.event!);
  return { door, event, body, again: () => door.call({ headers, body }) };
}

test('a push becomes an event of its message, named and owned by attributes and data', async () => {
  const { door, event, again } = await pushed({
    eventType: { from: 'header', path: 'pubsub-attribute-kind' },
    owner: { from: 'body', path: 'account' },
  });
  expect(event).toMatchObject({
    type: 'order.paid',
    owner: 'cus_1',
    contentType: 'application/json',
    body: { at: 'inline', bytes: Buffer.from('{"account":"cus_1"}') },
  });
  expect(event?.inbound?.headers).toMatchObject({
    'pubsub-attribute-kind': 'order.paid',
    'pubsub-message-id': '2070443601311540',
  });
  await again();
  expect((await door.kept()).map(({ verdict }) => verdict).sort()).toEqual(['accepted', 'duplicate']);
});

test('a push is an event as it came, where the source says so', async () => {
  const { event, body } = await pushed({ content: 'call' });
  expect(event?.body).toEqual({ at: 'inline', bytes: body });
  expect(event?.inbound?.headers).not.toHaveProperty('pubsub-message-id');
});
