/** Third parties' webhooks, through the door that hands over bytes. */
import { createHmac, randomUUID } from 'node:crypto';
import { toRestEvent } from '../../local/http/rest-event.ts';
import type { Bench } from './bench.ts';
import { eventBody } from './event-body.ts';
import { OWNER_HEADER, type SeededSource } from './seed.ts';

/** As many at once as a busy vendor sends. */
const AT_ONCE = 10;
const STAGE = 'in';

export async function sendAll(
  bench: Bench,
  source: SeededSource,
  owners: number,
  events: number,
): Promise<void> {
  for (let at = 0; at < events; at += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, events - at) }, (_, each) => at + each);
    await Promise.all(some.map((number) => send(bench, source, owners, number)));
  }
}

async function send(bench: Bench, source: SeededSource, owners: number, number: number): Promise<void> {
  const body = Buffer.from(JSON.stringify(eventBody(number)));
  const mac = createHmac('sha256', source.secret).update(body).digest('hex');
  const request = {
    method: 'POST',
    url: `/${STAGE}/${source.id}`,
    // What GitHub sends, and the customer.
    headers: {
      accept: '*/*',
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/0f8a1ee',
      'x-github-delivery': randomUUID(),
      'x-github-event': 'push',
      'x-github-hook-id': '292430182',
      'x-github-hook-installation-target-id': '79929171',
      'x-github-hook-installation-target-type': 'repository',
      'x-hub-signature-256': `sha256=${mac}`,
      [OWNER_HEADER]: `customer_${number % owners}`,
    },
    body,
    sourceIp: '192.0.2.1',
  };
  bench.tally.add('restRequests', 1);
  const route = { routeKey: 'ANY /{source_id}', pathParameters: { source_id: source.id } };
  const moment = { requestId: randomUUID(), now: bench.clock.now() };
  const answer = await bench.functions.inbound(toRestEvent(request, route, STAGE, moment), 1);
  const { statusCode, body: text } = answer as { statusCode: number; body: string };
  if (statusCode !== 200) throw new Error(`the door answered ${statusCode}: ${Buffer.from(text, 'base64')}`);
}
