/** The other direction, from outside: two vendors call, and header and payload decide which of two services hears of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CreateQueueCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type LocalMode, scratch, startLocalMode } from './local-mode.ts';

const START_MS = 90_000;
const STORY_MS = 120_000;
const SOON = { timeout: 60_000, interval: 200 };
const COMMAND = join(import.meta.dirname, '../../bin/posthorn.ts');
const GITHUB_SECRET = 'typed into GitHub by somebody';
const STRIPE_SECRET = 'whsec_shown_by_stripe_once';

interface Heard {
  readonly headers: Record<string, string>;
  readonly body: string;
}

const folder = scratch();
const children: ChildProcess[] = [];
const builds: Heard[] = [];
let local: LocalMode;
let sqs: SQSClient;

/** The service that builds what was pushed. */
const server = createServer(async (request, response) => {
  builds.push({ headers: request.headers as Record<string, string>, body: await text(request) });
  response.writeHead(204).end();
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  local = await startLocalMode(folder.path);
  sqs = new SQSClient({
    region: 'us-east-1',
    endpoint: local.file.aws_endpoints.sqs,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
}, START_MS);
afterAll(() => {
  for (const child of [...children, local.child]) child.kill('SIGKILL');
  sqs.destroy();
  server.close();
  server.closeAllConnections();
  folder.remove();
});

function posthorn(
  args: readonly string[],
  input = '',
): { readonly output: () => string; readonly ended: Promise<string> } {
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd: folder.path });
  children.push(child);
  child.stdin.end(input);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const ended = new Promise<string>((resolve) => child.once('exit', () => resolve(output)));
  return { output: () => output, ended };
}

async function github(url: string, event: string, body: string, secret = GITHUB_SECRET): Promise<number> {
  const mac = createHmac('sha256', secret).update(body).digest('hex');
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-hub-signature-256': `sha256=${mac}`,
    },
  });
  return response.status;
}

async function stripe(url: string, payload: string): Promise<number> {
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: STRIPE_SECRET });
  const headers = { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature };
  return (await fetch(url, { method: 'POST', body: payload, headers })).status;
}

const charge = (id: string, amount: number) =>
  JSON.stringify({ id, type: 'charge.succeeded', data: { object: { amount, currency: 'eur' } } });

test(
  'GitHub by header to a service over HTTP, Stripe by payload to a queue, all of it told by tail',
  async () => {
    const { port } = server.address() as AddressInfo;
    const made = await posthorn(
      ['sources', 'create', 'GitHub', '--preset', 'github', '--secret', '-'],
      GITHUB_SECRET,
    ).ended;
    const hub = /http\S+\/in\/src_\w+/.exec(made)?.[0] ?? made;
    const paid = await local.call('POST', '/sources', {
      name: 'Stripe',
      verification: { preset: 'stripe' },
      secrets: [STRIPE_SECRET],
    });
    const build = await local.call('POST', '/endpoints', {
      url: `http://127.0.0.1:${port}/build`,
      filter: { headers: { 'x-github-event': 'push' } },
    });
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'receiver' }));
    await local.call('POST', '/endpoints', {
      destination: { kind: 'sqs', queue_arn: 'arn:aws:sqs:us-east-1:000000000000:receiver' },
      event_types: ['charge.*'],
      filter: { body: { data: { object: { amount: { $gte: 10_000 } } } } },
    });
    const tail = posthorn(['tail', '--follow']);

    const push = '{"ref":"refs/heads/main"}';
    expect(await github(hub, 'push', push)).toBe(200);
    expect(await github(hub, 'issues', '{"action":"opened"}')).toBe(200);
    expect(await github(hub, 'push', push)).toBe(200);
    expect(await github(hub, 'push', '{"ref":"refs/heads/evil"}', 'guessed')).toBe(401);
    expect(await stripe(String(paid.body.url), charge('evt_small', 99))).toBe(200);
    expect(await stripe(String(paid.body.url), charge('evt_large', 42_000))).toBe(200);

    const messages: Message[] = [];
    await vi.waitFor(async () => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      messages.push(...Messages);
      expect(messages.map(({ Body }) => Body)).toEqual([charge('evt_large', 42_000)]);
    }, SOON);
    await vi.waitFor(() => expect(builds).toHaveLength(1), SOON);
    const [heard] = builds;
    expect(heard?.body).toBe(push);
    expect(new Webhook(String(build.body.secret)).verify(heard!.body, heard!.headers)).toEqual(
      JSON.parse(push),
    );

    const says = (pattern: RegExp) => vi.waitFor(() => expect(tail.output()).toMatch(pattern), SOON);
    await says(/ok {2}GitHub <- {2}POST {2}200 {2}-> evt_/);
    await says(/\.\. {2}GitHub <- {2}POST {2}200 {2}repeats evt_/);
    await says(/x {3}GitHub <- {2}POST {2}401 {2}rejected: signature mismatch {2}why: /);
    await says(/ok {2}Stripe <- {2}POST {2}200 {2}-> evt_/);
    await says(new RegExp(`ok {2}evt_\\S+ .*127.0.0.1:${port}`));
    await says(/ok {2}evt_\S+ .*receiver/);
  },
  STORY_MS,
);
