/** The story of an outage, from outside: break a receiver, mend it, and read in `posthorn tail` what happened. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type LocalMode, scratch, startLocalMode } from './local-mode.ts';

const START_MS = 90_000;
/** A probe comes after 15 to 30 s, and the machine may be busy. */
const STORY_MS = 120_000;
const SOON = { timeout: 60_000, interval: 200 };
const COMMAND = join(import.meta.dirname, '../../bin/posthorn.ts');
const EVENTS = 14;

const folder = scratch();
const children: ChildProcess[] = [];
let local: LocalMode;
let broken = true;
const messages: { readonly text: string }[] = [];

/** A receiver that can be broken, and a chat channel beside it. */
const server = createServer(async (request, response) => {
  const body = await json(request);
  if (request.url === '/chat') messages.push(body as { text: string });
  response.writeHead(broken && request.url !== '/chat' ? 503 : 200).end('ok');
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  local = await startLocalMode(folder.path);
}, START_MS);
afterAll(() => {
  for (const child of [...children, local.child]) child.kill('SIGKILL');
  server.close();
  server.closeAllConnections();
  folder.remove();
});

/** Lines of a command as they come; `ended` when it has. */
function posthorn(...args: string[]): {
  readonly lines: () => string[];
  readonly ended: Promise<number | null>;
} {
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd: folder.path });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { lines: () => output.split('\n'), ended };
}

const mails = async () => (await fetch(`${local.file.mail}/store`)).text();

test(
  'a receiver breaks and is mended: circuit, alert, held deliveries, probe, slow start, recovery',
  async () => {
    const { port } = server.address() as AddressInfo;
    const chat = { alert_webhooks: [{ url: `http://127.0.0.1:${port}/chat`, format: 'slack' }] };
    const set = posthorn('projects', 'set', local.file.project_id, JSON.stringify(chat));
    expect(await set.ended, set.lines().join('\n')).toBe(0);
    const name = `127.0.0.1:${port}/hook`;
    const made = await local.call('POST', '/endpoints', { url: `http://${name}`, event_types: ['outage.*'] });
    const tail = posthorn('tail', '--follow', '--endpoint', String(made.body.id));
    const says = (pattern: RegExp) =>
      vi.waitFor(() => expect(tail.lines()).toContainEqual(expect.stringMatching(pattern)), SOON);
    for (let n = 0; n < EVENTS; n++) await local.call('POST', '/events', { type: 'outage.seen', data: n });
    await says(/x {3}evt_.* 503 in .* why: /);
    // None waits yet when all first attempts were over by then.
    await says(
      /! {3}127.* circuit open since .*: deliveries are held, next probe in \d+ s(, \d+ waiting)? {2}why: /,
    );
    await says(/! {3}127.* alert to its people: it fails {2}why: /);
    await says(/\.\. {2}evt_.* held: circuit open/);
    await vi.waitFor(
      async () => expect(await mails()).toContain(`Webhook endpoint fails: http://${name}`),
      SOON,
    );
    await vi.waitFor(
      () => expect(messages.map(({ text }) => text)).toContain(`Webhook endpoint fails: http://${name}`),
      SOON,
    );
    broken = false;
    await says(/ok {2}evt_.* 200 in /);
    await says(/127.* (probe succeeded: slow start|recovered: circuit closed)/);
    await says(/! {3}127.* alert to its people: it works again/);
    await says(/ok {2}127.* recovered: circuit closed/);
    await vi.waitFor(async () => {
      const { body } = await local.call('GET', `/deliveries?endpoint_id=${made.body.id}&status=succeeded`);
      expect(body.data).toHaveLength(EVENTS);
    }, SOON);
  },
  STORY_MS,
);
