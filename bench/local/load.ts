/** Publishes events over kept-alive connections, as fast as they are taken or at a rate. */
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { EVENT_TYPE, eventBody } from '../cost/event-body.ts';

export interface LoadPlan {
  /** With `/v1`. */
  readonly api: string;
  readonly key: string;
  readonly owners: number;
  readonly events: number;
  readonly connections: number;
  /** Events a second; as fast as they are taken when absent. */
  readonly perSecond?: number;
  /** `performance.now` after which no more are sent. */
  readonly deadline: number;
}

export interface LoadResult {
  /** When each accepted event was sent, by its id. */
  readonly sent: ReadonlyMap<string, number>;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Answers other than 202, by status. */
  readonly refused: ReadonlyMap<number, number>;
}

export async function publishLoad(plan: LoadPlan): Promise<LoadResult> {
  // Made before the clock starts: this process shares the machine with what it measures.
  const bodies = Array.from({ length: plan.events }, (_, number) => bodyOf(plan, number));
  const agent = new Agent({ keepAlive: true, maxSockets: plan.connections });
  const sent = new Map<string, number>();
  const refused = new Map<number, number>();
  const startedAt = performance.now();
  let next = 0;
  const worker = async () => {
    while (next < plan.events && performance.now() < plan.deadline) {
      const number = next++;
      await waitForTurn(plan, startedAt, number);
      const at = performance.now();
      const { status, id } = await publish(plan, agent, bodies[number]!);
      if (status === 202) sent.set(id, at);
      else refused.set(status, (refused.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: plan.connections }, worker));
  agent.destroy();
  return { sent, startedAt, endedAt: performance.now(), refused };
}

async function waitForTurn({ perSecond }: LoadPlan, startedAt: number, number: number): Promise<void> {
  if (perSecond === undefined) return;
  const wait = startedAt + (number * 1000) / perSecond - performance.now();
  if (wait > 0) await sleep(wait);
}

function bodyOf({ owners }: LoadPlan, number: number): Buffer {
  const event = { type: EVENT_TYPE, owner_id: `customer_${number % owners}`, data: eventBody(number) };
  return Buffer.from(JSON.stringify(event));
}

function publish(plan: LoadPlan, agent: Agent, body: Buffer): Promise<{ status: number; id: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${plan.key}`,
      'content-type': 'application/json',
      'content-length': body.length,
    };
    const call = request(`${plan.api}/events`, { method: 'POST', agent, headers }, (response) => {
      text(response).then((answer) => {
        const status = response.statusCode ?? 0;
        resolve({ status, id: status === 202 ? String(JSON.parse(answer).id) : '' });
      }, reject);
    });
    call.on('error', reject);
    call.end(body);
  });
}
