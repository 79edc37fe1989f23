/** Answers for EventBridge, Lambda and STS on one port, on the wire each of them speaks, and keeps what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Never answered. */
  readonly silent?: true;
}

export interface AwsStandIn {
  readonly address: string;
  readonly asked: Asked[];
  /** What is answered, in order; the last one again and again. */
  reply(...replies: Reply[]): void;
  stop(): Promise<void>;
}

export async function startAwsStandIn(): Promise<AwsStandIn> {
  const asked: Asked[] = [];
  let replies: Reply[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const target = String(request.headers['x-amz-target'] ?? `${request.method} ${request.url}`);
    asked.push({ target, headers: request.headers, body: Buffer.concat(chunks).toString() });
    answer(response, (replies.length > 1 ? replies.shift() : replies[0]) ?? {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    reply: (...next) => {
      replies = next;
      asked.length = 0;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function answer(response: ServerResponse, { status = 200, headers = {}, body = '{}', silent }: Reply): void {
  if (silent) return;
  response.writeHead(status, { 'x-amzn-requestid': 'request-1', ...headers }).end(body);
}

/** STS speaks the query protocol: forms in, XML out. */
export function assumed(accessKeyId: string, expiresAt: Date): Reply {
  return {
    headers: { 'content-type': 'text/xml' },
    body: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken><Expiration>${expiresAt.toISOString()}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
  };
}

export function refusedByQuery(status: number, code: string, message: string): Reply {
  return {
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
  };
}
