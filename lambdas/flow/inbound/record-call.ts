/** Keeps every call to a source as a request: what came, and what became of it. */
import { newHomedId } from '../../domain/ids.ts';
import type { CallAnswer } from '../../domain/inbound/call-answer.ts';
import type { ReceivedCall } from '../../domain/inbound/received-call.ts';
import type { Project } from '../../domain/project.ts';
import { type CallRequest, type CallVerdict, MAX_KEPT_CALL_BYTES } from '../../domain/request.ts';
import type { Source } from '../../domain/source.ts';
import type { Clock, Random } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { RequestWriter } from '../../ports/request-log.ts';
import type { CallAllowance } from './call-allowance.ts';

export interface RecordCallDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly region: string;
  readonly requests: RequestWriter;
  /** How many calls that did not become events are kept. */
  readonly allowance: CallAllowance;
  readonly log: Log;
}

export interface Outcome {
  readonly verdict: CallVerdict;
  readonly reason: string;
  readonly detail: string;
  readonly event?: string;
  readonly answer: CallAnswer;
}

/**
 * The id of the request, when it was kept. Never throws: whether the call became an event is decided by then, and a
 * sender that is answered 500 would send it again.
 */
export async function recordCall(
  deps: RecordCallDeps,
  project: Project,
  source: Source,
  call: ReceivedCall,
  outcome: Outcome,
): Promise<string | undefined> {
  const now = deps.clock.now();
  if (outcome.verdict !== 'accepted' && !deps.allowance.take(source.id, now)) return undefined;
  const home = { region: deps.region, shards: project.eventShards };
  const id = newHomedId('req', now, deps.random.bytes(16), home);
  try {
    await deps.requests.putRequest(toRequest(id, now, source, call, outcome));
    return id;
  } catch (cause) {
    deps.log.error('receive.not_recorded', { source: source.id, cause: String(cause) });
    return undefined;
  }
}

function toRequest(
  id: string,
  receivedAt: number,
  source: Source,
  call: ReceivedCall,
  outcome: Outcome,
): CallRequest {
  const { verdict, reason, detail, event, answer } = outcome;
  // The event holds them: kept twice they would cost twice.
  const inEvent = verdict === 'accepted';
  const body = inEvent ? new Uint8Array() : call.body.subarray(0, MAX_KEPT_CALL_BYTES);
  return {
    id,
    project: source.project,
    source: 'http',
    sourceId: source.id,
    verdict,
    reason,
    detail,
    ...(event !== undefined && { event }),
    status: answer.status,
    method: call.method,
    path: call.path,
    query: call.query,
    address: call.address,
    headers: inEvent ? {} : joinedHeaders(call),
    body,
    truncated: !inEvent && body.length < call.body.length,
    receivedAt,
  };
}

/** One value for each name, as HTTP joins them. */
export function joinedHeaders({ headers }: Pick<ReceivedCall, 'headers'>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values.join(', ')]));
}
