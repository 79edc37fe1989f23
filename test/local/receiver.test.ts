import { request } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demoReceiver, type Receipt } from '../../local/demo/receiver.ts';
import { TOLERANCE_SECONDS } from '../../local/demo/verify.ts';
import { listenNear } from '../../local/listen.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const OTHER = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
const BODY = '{"order":1}';
const receiver = demoReceiver();
let base: string;
let receipts: Receipt[] = [];

beforeAll(async () => {
  base = `http://127.0.0.1:${await listenNear(receiver.server, 0)}`;
  receiver.onReceipt((receipt) => receipts.push(receipt));
  receiver.learn(SECRET);
  receiver.learn(OTHER);
});
afterAll(() => {
  receiver.close();
  receiver.server.close();
});
beforeEach(() => {
  receipts = [];
});

function signed(id: string, secret = SECRET, at = new Date()): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, BODY),
    'webhook-event-type': 'invoice.paid',
  };
}

async function deliver(path: string, headers: Record<string, string>, body = BODY): Promise<number> {
  const response = await fetch(base + path, { method: 'POST', headers, body, redirect: 'manual' });
  return response.status;
}

test('verifies what an independent library signed, with any secret it knows', async () => {
  expect(await deliver('/ok', signed('evt_1'))).toBe(200);
  expect(await deliver('/ok', signed('evt_2', OTHER))).toBe(200);
  expect(receipts.map((receipt) => receipt.verdict)).toEqual([{ ok: true }, { ok: true }]);
  expect(receipts[0]).toMatchObject({
    path: '/ok',
    id: 'evt_1',
    type: 'invoice.paid',
    bytes: BODY.length,
    times: 1,
  });
});

const old = new Date(Date.now() - (TOLERANCE_SECONDS + 60) * 1000);
const unknown = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

test.each([
  [
    'a missing header',
    { ...signed('evt_1'), 'webhook-id': undefined },
    BODY,
    'headers',
    'webhook-id is missing',
  ],
  ['an old timestamp', signed('evt_1', SECRET, old), BODY, 'timestamp', 's old'],
  [
    'a timestamp that is none',
    { ...signed('evt_1'), 'webhook-timestamp': 'now' },
    BODY,
    'timestamp',
    'not a time',
  ],
  ['a changed body', signed('evt_1'), '{"order":2}', 'signature', 'no known secret made it'],
  ['an unknown secret', signed('evt_1', unknown), BODY, 'signature', 'no known secret made it'],
  [
    'no v1 signature',
    { ...signed('evt_1'), 'webhook-signature': 'v2,x' },
    BODY,
    'signature',
    'no v1 signature',
  ],
])('says which step failed for %s', async (_what, headers, body, step, why) => {
  const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
  await deliver('/ok', given as Record<string, string>, body);
  expect(receipts[0]?.verdict).toEqual({ ok: false, step, why: expect.stringContaining(why) });
});

test('/flaky fails each event as often as asked, then works', async () => {
  const three = async (id: string) => [
    await deliver('/flaky?fail=2', signed(id)),
    await deliver('/flaky?fail=2', signed(id)),
    await deliver('/flaky?fail=2', signed(id)),
  ];
  expect(await three('evt_a')).toEqual([503, 503, 200]);
  expect(await three('evt_b')).toEqual([503, 503, 200]);
  expect(receipts.at(-1)?.times).toBe(3);
});

test.each([
  ['/status/503', 503],
  ['/status/204', 204],
  ['/redirect', 302],
  ['/gone', 410],
  ['/slow?ms=1', 200],
  ['/elsewhere', 404],
])('%s answers %i', async (path, status) => {
  expect(await deliver(path, signed('evt_1'))).toBe(status);
});

test('/reset cuts the connection', async () => {
  await expect(deliver('/reset', signed('evt_1'))).rejects.toThrow();
  expect(receipts[0]?.status).toBe(0);
});

test('answers 503 to everything while it is broken', async () => {
  receiver.setBroken(true);
  expect(await deliver('/ok', signed('evt_1'))).toBe(503);
  receiver.setBroken(false);
  expect(await deliver('/ok', signed('evt_1'))).toBe(200);
});

test('shows scripts what came in', async () => {
  await deliver('/ok', signed('evt_shown'));
  const received = (await (await fetch(`${base}/received`)).json()) as Receipt[];
  expect(received.at(-1)).toMatchObject({ id: 'evt_shown', status: 200, verdict: { ok: true } });
});

test('a delivery that is cut off is not a receipt', async () => {
  const { port } = new URL(base);
  await new Promise<void>((resolve) => {
    const call = request({ port, method: 'POST', path: '/ok', headers: { 'content-length': '100' } });
    call.on('error', () => resolve());
    call.write('half', () => call.destroy());
  });
  await deliver('/ok', signed('evt_whole'));
  expect(receipts.map((receipt) => receipt.id)).toEqual(['evt_whole']);
});
