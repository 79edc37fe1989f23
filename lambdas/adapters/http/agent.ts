/** Kept-alive connections whose every new one goes through `dial`. */
import { Agent, type AgentOptions, type ClientRequestArgs } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Dialling, type DialSettings, dial } from './dial.ts';

/** What a request gives its agent beyond Node's own options. */
export type GuardedRequest = ClientRequestArgs & { readonly dialling: Dialling };

export interface GuardedAgent {
  readonly agent: Agent;
  /** The address a connection was dialled to; it was judged then. */
  addressOf(socket: Socket): string | undefined;
  /** Closes idle connections to the place that are too old to be trusted. Call it before a request. */
  dropStale(dialling: Dialling): void;
}

/** Below the five seconds after which common servers close an idle connection. */
const MAX_IDLE_MS = 4000;
/** So that a receiver that moved in DNS is followed, and its new address judged. */
const MAX_AGE_MS = 60_000;
const MAX_IDLE_PER_HOST = 32;

interface Link {
  readonly address: string;
  readonly openedAt: number;
  idleSince: number;
}

/** @param now milliseconds; also counts while a frozen process stands still, which timers do not */
export function guardedAgent(encrypted: boolean, settings: DialSettings, now: () => number): GuardedAgent {
  const options: AgentOptions = { keepAlive: true, timeout: MAX_IDLE_MS, maxFreeSockets: MAX_IDLE_PER_HOST };
  const agent = encrypted ? new TlsAgent(options) : new Agent(options);
  const links = new WeakMap<Duplex, Link>();
  const keep = agent.keepSocketAlive.bind(agent);

  // Connections of projects with different allowances are never shared: the allowance is part of the name.
  agent.getName = (request) => nameOf((request as GuardedRequest).dialling);

  agent.createConnection = (request, callback) => {
    const { dialling } = request as GuardedRequest;
    dial(dialling, settings).then(
      (socket) => {
        links.set(socket, { address: dialling.trace.address ?? '', openedAt: now(), idleSince: now() });
        callback?.(null, socket);
      },
      // Node passes no stream with an error; its types do not say so.
      (error: Error) => callback?.(error, undefined as unknown as Duplex),
    );
    return undefined;
  };

  agent.keepSocketAlive = (socket) => {
    const link = links.get(socket);
    if (link === undefined || now() - link.openedAt > MAX_AGE_MS) return false;
    link.idleSince = now();
    return keep(socket);
  };

  return {
    agent,
    addressOf: (socket) => links.get(socket)?.address,
    dropStale(dialling) {
      for (const socket of agent.freeSockets[nameOf(dialling)] ?? []) {
        const link = links.get(socket);
        if (link === undefined || now() - link.idleSince > MAX_IDLE_MS) socket.destroy();
      }
    },
  };
}

function nameOf(to: Dialling): string {
  return JSON.stringify([to.host, to.port, to.encrypted, to.allowance.http, ...to.allowance.cidrs]);
}
