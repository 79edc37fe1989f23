/** EventBridge Scheduler as far as a bill sees it: it takes one-time schedules, and fires those that are due. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface Schedules {
  readonly address: string;
  /** Inputs of the schedules due at or before this moment; they are gone then, as if they had deleted themselves. */
  takeDue(now: number): readonly string[];
  /** So many were made so far. */
  made(): number;
  close(): void;
}

interface Schedule {
  readonly dueAt: number;
  readonly input: string;
}

export async function scheduleDoor(): Promise<Schedules> {
  const armed = new Map<string, Schedule>();
  let made = 0;
  const server = createServer(async (request, response) => {
    const name = String(request.url).replace(/^.*\//, '');
    if (armed.has(name)) {
      response.writeHead(409, { 'x-amzn-errortype': 'ConflictException' }).end('{"Message":"it is armed"}');
      return;
    }
    made++;
    armed.set(name, readSchedule((await json(request)) as Wanted));
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(
        JSON.stringify({ ScheduleArn: `arn:aws:scheduler:us-east-1:000000000000:schedule/wakes/${name}` }),
      );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeDue(now) {
      const due = [...armed].filter(([, schedule]) => schedule.dueAt <= now);
      for (const [name] of due) armed.delete(name);
      return due.map(([, schedule]) => schedule.input);
    },
    made: () => made,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Wanted {
  readonly ScheduleExpression: string;
  readonly Target: { readonly Input: string };
}

/** `at(2026-11-23T12:05:00)`, in UTC. */
function readSchedule({ ScheduleExpression, Target }: Wanted): Schedule {
  const at = /^at\((.+)\)$/.exec(ScheduleExpression)?.[1];
  return { dueAt: Date.parse(`${at}Z`), input: Target.Input };
}
