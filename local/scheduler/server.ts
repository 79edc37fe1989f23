/** EventBridge Scheduler's stand-in: its wire protocol for one-time schedules and groups, as the AWS SDK speaks it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ACCOUNT, REGION } from '../template/intrinsics.ts';
import { openJournal } from './journal.ts';
import {
  conflict,
  invalid,
  notFound,
  type Refusal,
  readSchedule,
  scheduleArn,
  scheduleKey,
} from './schedule.ts';
import { type Fire, startTimers } from './timers.ts';

export interface Scheduler {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  /** Makes a group exist. */
  addGroup(name: string): void;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

/**
 * @param file where armed schedules are kept; without it, in memory
 */
export async function startScheduler(file: string | undefined, fire: Fire): Promise<Scheduler> {
  const journal = openJournal(file);
  const timers = startTimers(journal, fire);
  const groups = new Set(['default']);

  function create(name: string, body: unknown): Answer | Refusal {
    const schedule = readSchedule(name, body, Date.now());
    if (!('Name' in schedule)) return schedule;
    if (!groups.has(schedule.GroupName)) return notFound(`Schedule group ${schedule.GroupName}`);
    if (journal.schedules.has(scheduleKey(schedule.GroupName, name))) return conflict(name);
    journal.put(schedule);
    timers.arm(schedule);
    return ok({ ScheduleArn: scheduleArn(schedule) });
  }

  function existing(method: string, name: string, group: string): Answer | Refusal {
    const key = scheduleKey(group, name);
    const schedule = journal.schedules.get(key);
    if (schedule === undefined) return notFound(`Schedule ${name}`);
    if (method === 'GET') return ok({ ...schedule, Arn: scheduleArn(schedule) });
    timers.disarm(key);
    journal.remove(key);
    return ok({});
  }

  function list(query: URLSearchParams): Answer {
    const prefix = query.get('NamePrefix') ?? '';
    const group = query.get('ScheduleGroup');
    const found = [...journal.schedules.values()].filter(
      ({ Name, GroupName }) => Name.startsWith(prefix) && (group === null || group === GroupName),
    );
    return ok({ Schedules: found.map((schedule) => ({ ...schedule, Arn: scheduleArn(schedule) })) });
  }

  function groupCall(method: string, name: string): Answer | Refusal {
    const arn = `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule-group/${name}`;
    if (method === 'POST') {
      if (groups.has(name)) return conflict(name);
      groups.add(name);
      return ok({ ScheduleGroupArn: arn });
    }
    if (!groups.has(name)) return notFound(`Schedule group ${name}`);
    if (method === 'DELETE') groups.delete(name);
    return ok(method === 'DELETE' ? {} : { Name: name, Arn: arn, State: 'ACTIVE' });
  }

  async function handle(incoming: IncomingMessage): Promise<Answer | Refusal> {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://local');
    const [, collection, encoded] = pathname.split('/');
    const name = decodeURIComponent(encoded ?? '');
    const method = incoming.method ?? '';
    if (collection === 'schedule-groups' && name !== '') return groupCall(method, name);
    if (collection !== 'schedules') return invalid(`${method} ${pathname} is not known locally`);
    if (name === '') return list(searchParams);
    if (method === 'POST') return create(name, await readJson(incoming));
    if (method === 'GET' || method === 'DELETE') {
      return existing(method, name, searchParams.get('groupName') ?? 'default');
    }
    return invalid(`${method} ${pathname} is not known locally`);
  }

  const server = createServer(async (incoming, response) => {
    const answer = await handle(incoming);
    const refused = 'type' in answer;
    response.writeHead(answer.status, {
      'content-type': 'application/json',
      ...(refused && { 'x-amzn-errortype': answer.type }),
    });
    response.end(JSON.stringify(refused ? { Message: answer.message } : answer.body));
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    addGroup: (name) => void groups.add(name),
    close: async () => {
      timers.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      journal.close();
    },
  };
}

function ok(body: object): Answer {
  return { status: 200, body };
}

async function readJson(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined;
  }
}
