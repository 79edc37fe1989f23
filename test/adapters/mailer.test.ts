import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { SESv2Client, SESv2ServiceException } from '@aws-sdk/client-sesv2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sesMailer } from '../../lambdas/adapters/ses/mailer.ts';
import { AWS } from './emulators.ts';

/** A CommonJS module, whose default export loaders disagree about. */
const ses: typeof import('aws-ses-v2-local') = createRequire(import.meta.url)('aws-ses-v2-local');

const MAIL = {
  to: 'a@customer.example',
  subject: 'Webhook endpoint fails: https://receiver.example/ä',
  text: 'Grüße\n',
  html: '<p>Gr&uuml;&szlig;e</p>',
};
const FROM = 'hooks@acme.example';

describe('SES', () => {
  let server: Server;
  let client: SESv2Client;
  let address: string;
  beforeAll(async () => {
    server = (await ses.default({ host: '127.0.0.1', port: 0 })) as Server;
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    client = new SESv2Client({ ...AWS, endpoint: address });
  });
  afterAll(() => {
    client.destroy();
    server.close();
  });

  it('takes the mail in text and HTML', async () => {
    expect(await sesMailer({ client, from: FROM }).send(MAIL)).toEqual({ sent: true });
    const { emails } = (await (await fetch(`${address}/store`)).json()) as { emails: unknown[] };
    expect(emails).toEqual([
      expect.objectContaining({
        from: FROM,
        subject: MAIL.subject,
        destination: expect.objectContaining({ to: [MAIL.to] }),
        body: { text: MAIL.text, html: MAIL.html },
      }),
    ]);
  });

  it.each([
    ['MessageRejected', 'Email address is not verified. a@customer.example', /sandbox/],
    ['MailFromDomainNotVerifiedException', '', /domain of the sender/],
    ['AccessDeniedException', `not authorized on ${FROM}`, /create that identity in SES/],
    ['SendingPausedException', '', /paused/],
    ['TooManyRequestsException', '', /quota/],
    ['TimeoutError', '', /TimeoutError/],
  ])('says what %s means, and no address', async (name, message, words) => {
    const failing = new SESv2Client({ ...AWS, endpoint: address });
    failing.middlewareStack.add(
      () => () =>
        Promise.reject(new SESv2ServiceException({ name, message, $fault: 'client', $metadata: {} })),
      { step: 'initialize', name: 'fail' },
    );
    const answer = await sesMailer({ client: failing, from: FROM }).send(MAIL);
    expect(answer).toEqual({ sent: false, problem: expect.stringMatching(words) });
    expect(JSON.stringify(answer)).not.toContain('@');
  });
});
