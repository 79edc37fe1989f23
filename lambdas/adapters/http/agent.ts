/** Kept-alive connections whose every new one goes through `dial`. */
import { Agent, type AgentOptions, type ClientRequestArgs } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { type Dialling, type DialSettings, dial } from './dial.ts';

/** What a request gives its agent beyond Node's own options. */
export type GuardedRequest = ClientRequestArgs & { readonly dialling: Dialling };

export interface GuardedAgent {
  readonly agent: Agent;
  /** The address a connection was dialled to; it was judged then. */
  addressOf(socket: Socket): string | undefined;
  /**
   * Lets go of idle connections to the place that are too old, closed by now, or answered more than was asked. To be
   * called right before a request.
   */
  dropStale(dialling: Dialling): Promise<void>;
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
  /** The network was not looked at since it became idle. */
  isUnseen: boolean;
}

/** @param now milliseconds; read at each use, because the timers of a process that was frozen come late */
export function guardedAgent(encrypted: boolean, settings: DialSettings, now: () => number): GuardedAgent {
  const options: AgentOptions = {
    keepAlive: true,
    timeout: MAX_IDLE_MS,
    maxFreeSockets: MAX_IDLE_PER_HOST,
    // The one that is idle for longest is the first that was looked at.
    scheduling: 'fifo',
  };
  const agent = encrypted ? new TlsAgent(options) : new Agent(options);
  const links = new WeakMap<Duplex, Link>();
  const keep = agent.keepSocketAlive.bind(agent);

  // Connections of projects with different allowances are never shared: the allowance is part of the name.
  agent.getName = (request) => nameOf((request as GuardedRequest).dialling);

  agent.createConnection = (request, callback) => {
    const { dialling } = request as GuardedRequest;
    dial(dialling, settings).then(
      (socket) => {
        const address = dialling.trace.address ?? '';
        links.set(socket, { address, openedAt: now(), idleSince: now(), isUnseen: false });
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
    link.isUnseen = true;
    networkSeen().then(() => {
      link.isUnseen = false;
    });
    return keep(socket);
  };

  const nextIsUnseen = (name: string) => {
    const next = agent.freeSockets[name]?.find((socket) => !socket.destroyed);
    return next !== undefined && links.get(next)?.isUnseen === true;
  };

  return {
    agent,
    addressOf: (socket) => links.get(socket)?.address,
    async dropStale(dialling) {
      const name = nameOf(dialling);
      for (const socket of agent.freeSockets[name] ?? []) {
        const link = links.get(socket);
        if (link === undefined || now() - link.idleSince > MAX_IDLE_MS) socket.destroy();
      }
      if (agent.freeSockets[name] === undefined) return;
      // Some receivers close after each answer without saying so, or answer twice. What has arrived is seen before
      // the connection is used, even if it became idle a moment ago.
      do await networkSeen();
      while (nextIsUnseen(name));
    },
  };
}

/** Two turns of the event loop look at the network once in between. */
async function networkSeen(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

function nameOf(to: Dialling): string {
  const { http, cidrs, ports = [] } = to.allowance;
  return JSON.stringify([to.host, to.port, to.encrypted, http, cidrs, ports]);
}
