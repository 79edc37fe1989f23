/** `posthorn listen` against the local mode: from an event to a server on this machine, and to a third party's call. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type LocalMode, scratch, startLocalMode } from './local-mode.ts';

const START_MS = 90_000;
const STORY_MS = 60_000;
const SOON = { timeout: 30_000, interval: 200 };
const COMMAND = join(import.meta.dirname, '../../bin/posthorn.ts');

const folder = scratch();
const children: ChildProcess[] = [];
const received: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
let local: LocalMode;
let failures = 0;

const server = createServer(async (request, response) => {
  received.push({ headers: request.headers, body: await text(request) });
  response.writeHead(failures-- > 0 ? 500 : 200).end('seen');
});

beforeAll(async () => {
  server.listen(0, 'localhost');
  await once(server, 'listening');
  local = await startLocalMode(folder.path);
}, START_MS);
afterAll(() => {
  for (const child of [...children, local.child]) child.kill('SIGKILL');
  server.close();
  server.closeAllConnections();
  folder.remove();
});

function posthorn(...args: string[]) {
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd: folder.path });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const ended = once(child, 'exit').then(([code]) => code as number);
  return { child, ended, lines: () => output.split('\n').filter(Boolean) };
}

/** The endpoint's id and secret, once it listens. */
async function listening(...args: string[]) {
  const { port } = server.address() as AddressInfo;
  const command = posthorn('listen', `${port}/hooks`, '--json', ...args);
  const first = await vi.waitFor(() => {
    const [line = ''] = command.lines();
    return JSON.parse(line) as { readonly endpoint_id: string; readonly secret: string };
  }, SOON);
  return { ...command, ...first };
}

test(
  'a server on this machine gets events, verified, and again after it failed; then nothing is left behind',
  async () => {
    failures = 1;
    const listener = await listening('--types', 'laptop.*');
    const { body } = await local.call('POST', '/events', { type: 'laptop.opened', data: { a: 1 } });
    await vi.waitFor(() => expect(listener.lines()).toHaveLength(3), SOON);
    const [, failed, succeeded] = listener.lines().map((line) => JSON.parse(line));
    expect(failed).toMatchObject({
      event_id: body.id,
      status: 'waiting',
      last_attempt: { status_code: 500 },
    });
    expect(succeeded).toMatchObject({ event_id: body.id, status: 'succeeded', attempt_count: 2 });
    expect(received).toHaveLength(2);
    for (const { headers, body } of received) {
      const verified = new Webhook(listener.secret).verify(body, headers as Record<string, string>);
      expect(verified).toEqual({ a: 1 });
    }
    const { body: list } = await local.call('GET', `/deliveries?endpoint_id=${listener.endpoint_id}`);
    expect(list.data).toMatchObject([{ status: 'succeeded' }]);
    listener.child.kill('SIGINT');
    expect(await listener.ended).toBe(0);
    expect((await local.call('GET', `/endpoints/${listener.endpoint_id}`)).status).toBe(404);
  },
  STORY_MS,
);

test(
  "a third party's webhook goes the whole way, and tail shows the call, who was refused and why",
  async () => {
    received.length = 0;
    const create = posthorn('sources', 'create', 'GitHub', '--preset', 'github', '--secret', '-', '--json');
    create.child.stdin.end('s3cret\n');
    expect(await create.ended, create.lines().join('\n')).toBe(0);
    const source = JSON.parse(create.lines()[0]!) as { readonly url: string };
    const listener = await listening('--types', 'push');
    const body = JSON.stringify({ ref: 'refs/heads/main' });
    const call = (secret: string) =>
      fetch(source.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-github-event': 'push',
          'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
        },
        body,
      });
    expect((await call('s3cret')).status).toBe(200);
    expect((await call('wrong')).status).toBe(401);
    await vi.waitFor(() => expect(received.map((one) => one.body)).toEqual([body]), SOON);
    const tail = posthorn('tail');
    expect(await tail.ended).toBe(0);
    expect(tail.lines()).toContainEqual(expect.stringMatching(/ok {2}GitHub <- {2}POST {2}200 {2}-> evt_/));
    expect(tail.lines()).toContainEqual(
      expect.stringMatching(/x {3}GitHub <- {2}POST {2}401 {2}rejected: signature mismatch {2}why: /),
    );
    listener.child.kill('SIGINT');
    expect(await listener.ended).toBe(0);
  },
  STORY_MS,
);
