/** A receiver to deliver to: verifies signatures as a customer would, and fails on demand. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { replyTo } from './behaviour.ts';
import { type Verdict, verify } from './verify.ts';

/** One delivery as the receiver saw it. */
export interface Receipt {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly path: string;
  readonly id: string;
  readonly type: string;
  readonly bytes: number;
  /** 0 when the connection was cut. */
  readonly status: number;
  /** Which delivery of this event to this path it was, from 1. */
  readonly times: number;
  readonly verdict: Verdict;
}

export interface Receiver {
  /** Not yet listening. */
  readonly server: Server;
  /** Remembers a secret to verify with; the newest are tried first. */
  learn(secret: string): void;
  setBroken(broken: boolean): void;
  /** Is told of everything that arrives, until the function given back is called. */
  onReceipt(listener: (receipt: Receipt) => void): () => void;
  /** Lets slow answers go. */
  close(): void;
}

/** `GET /received` shows this many. */
const KEPT_RECEIPTS = 1000;
const KEPT_SECRETS = 100;
/** Counts are forgotten together when there are too many: a demo's memory must not grow with a load test. */
const KEPT_COUNTS = 200_000;

export function demoReceiver(): Receiver {
  let secrets: string[] = [];
  let broken = false;
  const listeners = new Set<(receipt: Receipt) => void>();
  const receipts: Receipt[] = [];
  const failedBefore = new Map<string, number>();
  const counts = new Map<string, number>();
  const slow = new Set<NodeJS.Timeout>();

  function note(receipt: Receipt): void {
    receipts.push(receipt);
    if (receipts.length > KEPT_RECEIPTS) receipts.shift();
    for (const listener of listeners) listener(receipt);
  }

  function count(key: string): number {
    for (const map of [counts, failedBefore]) if (map.size > KEPT_COUNTS) map.clear();
    const times = (counts.get(key) ?? 0) + 1;
    counts.set(key, times);
    return times;
  }

  async function receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(incoming);
    const url = incoming.url ?? '/';
    const id = String(incoming.headers['webhook-id'] ?? '');
    const type = String(incoming.headers['webhook-event-type'] ?? '');
    const reply = replyTo({ url, id, type, broken }, failedBefore);
    const answer = (status: number, headers = {}) => {
      const verdict = verify(incoming.headers, body, secrets, Date.now());
      const times = count(`${url} ${id}`);
      note({ at: Date.now(), path: url, id, type, bytes: body.length, status, times, verdict });
      if (status === 0) incoming.socket.destroy();
      else response.writeHead(status, headers).end();
    };
    if (reply.kind === 'status') answer(reply.status, reply.headers);
    else if (reply.kind === 'reset') answer(0);
    else {
      const timer = setTimeout(() => {
        slow.delete(timer);
        answer(200);
      }, reply.ms);
      slow.add(timer);
    }
  }

  const server = createServer((incoming, response) => {
    if (incoming.method === 'GET' && incoming.url === '/received') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(receipts));
    } else if (incoming.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/plain' }).end(HELP);
    } else {
      void receive(incoming, response).catch(() => incoming.socket.destroy());
    }
  });
  server.keepAliveTimeout = 60_000;
  return {
    server,
    learn: (secret) => {
      secrets = [secret, ...secrets.filter((known) => known !== secret)].slice(0, KEPT_SECRETS);
    },
    setBroken: (value) => {
      broken = value;
    },
    onReceipt: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => {
      for (const timer of slow) clearTimeout(timer);
      server.closeAllConnections();
    },
  };
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const HELP = `Demo receiver. Point an endpoint at:
  /ok             answers 200
  /flaky?fail=2   answers 503 to the first two deliveries of each event, then 200
  /status/503     answers that status
  /slow?ms=20000  answers 200 after a while
  /reset          cuts the connection
  /redirect       answers 302
  /gone           answers 410
GET /received     what came in last, with each signature's verdict
`;
