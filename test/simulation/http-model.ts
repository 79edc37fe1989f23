/** The way to the receivers, as one process has it. */
import type { HttpResult } from '../../lambdas/domain/delivery/outcome.ts';
import type { HttpCall, HttpCaller } from '../../lambdas/ports/http-caller.ts';
import type { SentRequest } from './history.ts';
import { LONGEST_INVOCATION_MS } from './limits.ts';
import { NetworkFault, type Process } from './process.ts';
import { faultsOf } from './receivers.ts';
import { isTroubled } from './trouble.ts';
import type { World } from './world.ts';

const STOP_MS = 5_000;

export function httpOf(world: World, process: Process): HttpCaller {
  return {
    async post(call) {
      const startedAt = world.time.now();
      let sent: SentRequest | undefined;
      try {
        return await process.call('http.post', async () => {
          sent = leave(world, process, call);
          const result = await answer(world, sent, call, startedAt);
          sent.endedAt = world.time.now();
          return result;
        });
      } catch (cause) {
        if (!(cause instanceof NetworkFault)) throw cause;
        if (sent === undefined) return { kind: 'our_fault', detail: cause.message };
        return noAnswer('connection_reset', sent, world.time.now() - startedAt);
      }
    },
  };
}

/** Records that a request left, and judges it. */
function leave(world: World, process: Process, call: HttpCall): SentRequest {
  const { history, time } = world;
  const site = world.sites.get(new URL(call.url).hostname);
  if (site === undefined) throw new Error(`nobody listens at ${call.url}`);
  const event = call.headers['webhook-id'] ?? '';
  const key = { event, endpoint: site.endpoint.id };
  const lease = world.claims.takenBy(process, key);
  const request: SentRequest = {
    number: history.requests.length + 1,
    ...key,
    by: process,
    sentAt: time.now(),
    ...(lease !== undefined && { lease }),
    isProbe: world.circuits.isShut(key.endpoint),
    late: isTroubled(world, process),
  };
  for (const fault of faultsOf(
    call,
    site.keyring,
    world.published,
    time.now(),
    isTroubled(world, process) ? LONGEST_INVOCATION_MS : undefined,
  )) {
    history.violate('same id and bytes on every attempt', `request ${request.number}: ${fault}`);
  }
  world.claims.judgeDeparture(request);
  world.circuits.judgeDeparture(request);
  judgeStop(world, request);
  history.addRequest(request);
  history.trace(() => `request ${request.number} leaves: ${event} to ${site.endpoint.id}`);
  return request;
}

/** Nothing leaves for an endpoint five seconds after somebody was told that it is paused, disabled or deleted. */
function judgeStop(world: World, request: SentRequest): void {
  const { history, time, faults } = world;
  const since = history.stoppedAt.get(request.endpoint);
  // A clock that is set right while its worker remembers an endpoint adds that much.
  const settingMs = faults.clockError === undefined ? 0 : (faults.skewMs ?? 0);
  if (since === undefined || time.now() - since <= STOP_MS + settingMs) return;
  if (isTroubled(world, request.by)) return;
  history.violate(
    'nothing is sent to a stopped endpoint',
    `request ${request.number} left for ${request.endpoint} ${time.now() - since} ms after it was stopped`,
  );
}

async function answer(
  world: World,
  sent: SentRequest,
  call: HttpCall,
  startedAt: number,
): Promise<HttpResult> {
  const { time, dice } = world;
  const visits = world.history.requestsOf(sent);
  const site = world.sites.get(new URL(call.url).hostname)!;
  const reply = site.receiver({ visit: visits.length, elapsedMs: time.now() - world.startedAt, dice });
  const inTime = reply.kind !== 'silence' && reply.afterMs <= call.timeoutMs;
  await time.sleep(inTime ? reply.afterMs : call.timeoutMs);
  const durationMs = time.now() - startedAt;
  if (!inTime) return noAnswer('response_timeout', sent, durationMs);
  if (reply.kind === 'reset') return noAnswer('connection_reset', sent, durationMs);
  sent.status = reply.status;
  const headers = reply.headers ?? {};
  if (headers['retry-after'] !== undefined) sent.retryAfterMs = Number(headers['retry-after']) * 1000;
  const response = { headers, body: reply.body ?? new Uint8Array(), truncated: false };
  return {
    kind: 'response',
    statusCode: reply.status,
    response,
    durationMs,
    phases: {},
    address: addressOf(sent),
  };
}

function noAnswer(
  error: 'connection_reset' | 'response_timeout',
  sent: SentRequest,
  durationMs: number,
): HttpResult {
  return { kind: 'no_response', error, durationMs, phases: {}, address: addressOf(sent) };
}

/** Every request dials an address of its own, so an attempt's record names the one request it is about. */
export function addressOf(request: Pick<SentRequest, 'number'>): string {
  return `request-${request.number}`;
}
