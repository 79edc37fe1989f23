import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DYNAMODB, jsonClient, type ServedTime } from '../../lambdas/aws/json-client.ts';
import { createSigner } from '../../lambdas/aws/sign.ts';
import { NOW } from '../factories.ts';

const CREDENTIALS = { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token' };
const HOUR_MS = 3_600_000;

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

describe('a call', () => {
  let server: Server;
  let endpoint: string;
  let calls: { headers: IncomingHttpHeaders; body: string }[] = [];
  let answers: (Answer | 'reset')[] = [];
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      calls.push({ headers: request.headers, body: await text(request) });
      const answer = answers.shift() ?? { status: 200 };
      if (answer === 'reset') request.socket.destroy();
      else response.writeHead(answer.status, answer.headers).end(answer.body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  beforeEach(() => {
    calls = [];
    answers = [];
  });

  const client = (hear?: (time: ServedTime) => void) =>
    jsonClient(DYNAMODB, {
      region: 'eu-central-1',
      endpoint,
      credentials: CREDENTIALS,
      connectMs: 1_000,
      requestMs: 5_000,
      repeat: { sleep: async () => {}, random: () => 0 },
      now: () => NOW,
      ...(hear && { hear }),
    });
  const signedAt = (): string[] => calls.map(({ headers }) => String(headers['x-amz-date']));

  it('is a signed JSON document that names its operation', async () => {
    answers = [{ status: 200, body: '{"Item":{"n":{"N":"1"}}}' }];
    expect(await client()('GetItem', { Key: 'ü' })).toEqual({ Item: { n: { N: '1' } } });
    const [{ headers, body }] = calls as [(typeof calls)[number]];
    expect(body).toBe('{"Key":"ü"}');
    const sent = {
      'content-type': 'application/x-amz-json-1.0',
      host: new URL(endpoint).host,
      'x-amz-target': 'DynamoDB_20120810.GetItem',
    };
    const scope = { region: 'eu-central-1', service: 'dynamodb' };
    expect(headers).toMatchObject(createSigner(CREDENTIALS, scope)({ headers: sent, body }, NOW));
    expect(headers['content-length']).toBe('12');
  });

  it('takes an empty answer for one that says nothing', async () => {
    expect(await client()('PutItem', {})).toEqual({});
  });

  it('is sent again, the same, when the connection broke', async () => {
    answers = ['reset', { status: 503 }, { status: 200, body: '{"done":true}' }];
    expect(await client()('PutItem', { a: 1 })).toEqual({ done: true });
    expect(calls.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}', '{"a":1}']);
  });

  it('rejects with what the service refused it for', async () => {
    answers = [{ status: 400, body: '{"__type":"x#ConditionalCheckFailedException"}' }];
    await expect(client()('PutItem', {})).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect(calls).toHaveLength(1);
  });

  it('tells what time its service has, be it an answer or a refusal', async () => {
    const heard: ServedTime[] = [];
    const call = client((time) => heard.push(time));
    const headers = { date: new Date(NOW + 7_000).toUTCString() };
    answers = [
      { status: 200, headers },
      { status: 400, headers, body: '{"__type":"x#ConditionalCheckFailedException"}' },
      { status: 200, headers: { date: 'soon' } },
    ];
    await call('PutItem', {});
    await expect(call('PutItem', {})).rejects.toThrow();
    await call('PutItem', {});
    const time = { servedAt: NOW + 7_000, askedAt: NOW, answeredAt: NOW };
    expect(heard).toEqual([time, time]);
  });

  describe('with a clock that is wrong', () => {
    const date = new Date(NOW + HOUR_MS).toUTCString();
    const refusal = { status: 400, headers: { date }, body: '{"__type":"x#InvalidSignatureException"}' };

    it('is signed again with the time of the service, and so are later ones', async () => {
      const call = client();
      answers = [refusal];
      await call('GetItem', {});
      await call('GetItem', {});
      expect(signedAt()).toEqual(['20261123T120000Z', '20261123T130000Z', '20261123T130000Z']);
    });

    it('is given up when the time of the service does not help', async () => {
      answers = [refusal, refusal];
      await expect(client()('GetItem', {})).rejects.toMatchObject({ name: 'InvalidSignatureException' });
      expect(calls).toHaveLength(2);
    });

    it('is not suspected of it when something else was wrong', async () => {
      answers = [{ ...refusal, body: '{"__type":"x#ConditionalCheckFailedException"}' }];
      const call = client();
      await expect(call('PutItem', {})).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
      await call('PutItem', {});
      expect(signedAt()).toEqual(['20261123T120000Z', '20261123T120000Z']);
    });
  });
});
