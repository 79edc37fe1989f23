/**
 * One call to a source: find the source, believe the sender or not, answer what its protocol asks for, publish. Every
 * call is kept as a request with what became of it. A 2xx for an event means the same as for a publish: stored, and
 * its deliveries are in the queue.
 */
import { describeFailure } from '../../domain/describe-failure.ts';
import { MAX_BODY_BYTES } from '../../domain/event.ts';
import type { Failure } from '../../domain/failure.ts';
import { headersOfWay } from '../../domain/hops.ts';
import { parsedBody } from '../../domain/inbound/body/parsed-body.ts';
import { contentTypeOf, encodingHeader } from '../../domain/inbound/body-headers.ts';
import {
  acceptedAnswer,
  type CallAnswer,
  refusal,
  rejectionAnswer,
} from '../../domain/inbound/call-answer.ts';
import { duplicateKey } from '../../domain/inbound/duplicate-key.ts';
import { inboundEventType } from '../../domain/inbound/event-type.ts';
import { pickOwner } from '../../domain/inbound/pick.ts';
import type { ReceivedCall } from '../../domain/inbound/received-call.ts';
import type { InboundRequest } from '../../domain/inbound/request.ts';
import { unwrapCall } from '../../domain/inbound/unwrap.ts';
import type { Verified } from '../../domain/inbound/verdict.ts';
import { withoutCredentials } from '../../domain/inbound/without-credentials.ts';
import { lookedType } from '../../domain/looked-type.ts';
import type { Project } from '../../domain/project.ts';
import type { PublishCommand } from '../../domain/publish-command.ts';
import { ok, type Result } from '../../domain/result.ts';
import { type Source, verifyingSecrets } from '../../domain/source.ts';
import type { Log } from '../../ports/log.ts';
import { type PublishDeps, publishEvents } from '../publish/publish.ts';
import type { CachedSources } from './cached-sources.ts';
import { answerHandshake, type HandshakeDeps } from './handshake.ts';
import { joinedHeaders, type Outcome, type RecordCallDeps, recordCall } from './record-call.ts';
import { type VerifyCallDeps, verifyCall } from './verify-call.ts';

export interface ReceiveDeps extends PublishDeps, RecordCallDeps, HandshakeDeps, VerifyCallDeps {
  readonly sources: CachedSources;
  readonly log: Log;
}

const UNKNOWN = refusal(404, 'unknown_source', 'There is no source at this address');
const LATER = refusal(503, 'unavailable', 'Not available right now; send it again');

/** Many vendors look whether an address is there before they take it, and sign nothing of that (Trello, Intercom). */
const PROBED: Outcome = {
  verdict: 'answered',
  reason: 'probe',
  detail: 'The sender looks whether the address is there. Such a call is no event.',
  answer: acceptedAnswer(undefined),
};

/** Never throws: what fails on our side is answered 503, and senders repeat. */
export async function receive(deps: ReceiveDeps, sourceId: string, call: ReceivedCall): Promise<CallAnswer> {
  try {
    const found = await deps.sources.find(sourceId);
    // Nothing is kept: whoever calls addresses that never existed must not be able to fill a log.
    if (found === undefined) return UNKNOWN;
    const { source, project } = found;
    const kept = withoutCredentials(source.verification, call);
    const outcome = await judge(deps, project, source, call, kept);
    const request = await recordCall(deps, project, source, kept, outcome);
    const headers = {
      ...outcome.answer.headers,
      ...(request !== undefined && { 'posthorn-request-id': request }),
    };
    return { ...outcome.answer, headers };
  } catch (cause) {
    deps.log.error('receive.fault', { source: sourceId, cause: String(cause) });
    return LATER;
  }
}

async function judge(
  deps: ReceiveDeps,
  project: Project,
  source: Source,
  call: ReceivedCall,
  kept: ReceivedCall,
): Promise<Outcome> {
  if (source.status === 'disabled') {
    return refused('source_disabled', 'The source is disabled; enable it to take calls again.', UNKNOWN);
  }
  if (call.body.length > MAX_BODY_BYTES) {
    const detail = `The body has ${call.body.length} bytes; ${MAX_BODY_BYTES} are the most.`;
    return refused('too_large', detail, refusal(413, 'too_large', 'Too large'));
  }
  if (call.method === 'HEAD' || call.method === 'OPTIONS') return PROBED;
  const request: InboundRequest = { ...call, url: signedUrl(source, call) };
  const secrets = verifyingSecrets(source, deps.clock.now());
  const verdict = await verifyCall(deps, source, request, secrets);
  const handshake = await answerHandshake(deps, source, request, secrets, verdict);
  if (handshake !== undefined) return handshake;
  if (!verdict.ok) {
    const { reason, detail } = verdict.failure;
    return refused(reason, detail, rejectionAnswer(verdict.failure));
  }
  return accept(deps, project, source, kept, verdict.value);
}

function refused(reason: string, detail: string, answer: CallAnswer): Outcome {
  return { verdict: 'rejected', reason, detail, answer };
}

/** The address as the sender knows it, for schemes that sign it: ours, or the user's own in front of it. */
function signedUrl({ publicUrl }: Source, call: ReceivedCall): string {
  if (publicUrl === undefined) return call.url;
  return publicUrl + call.path + (call.query === '' ? '' : `?${call.query}`);
}

async function accept(
  deps: ReceiveDeps,
  project: Project,
  source: Source,
  call: ReceivedCall,
  verified: Verified,
): Promise<Outcome> {
  const command = commandOf(source, call, verified);
  const [published] = command.ok ? await publishEvents(deps, project, [command.value], 'inbound') : [command];
  if (published === undefined) throw new Error('a publish answered nothing');
  if (!published.ok) {
    const { detail } = describeFailure(published.failure);
    return refused(
      published.failure.kind,
      detail,
      refusal(400, published.failure.kind, 'The call was not accepted'),
    );
  }
  const { id, duplicate } = published.value;
  return {
    verdict: duplicate ? 'duplicate' : 'accepted',
    reason: duplicate ? 'duplicate' : '',
    detail: duplicate ? `The same call came before and is ${id}.` : '',
    event: id,
    answer: acceptedAnswer(source.answer),
  };
}

function commandOf(source: Source, call: ReceivedCall, verified: Verified): Result<PublishCommand, Failure> {
  const sent = joinedHeaders(call);
  const whole = { headers: sent, body: call.body };
  const unwrapped = unwrapCall(source.verification.preset, whole);
  const way = headersOfWay({ ...sent, ...unwrapped?.headers });
  if (!way.ok) return way;
  const message = source.content === 'call' ? undefined : unwrapped;
  const headers = { ...sent, ...message?.headers };
  const body = message?.body ?? call.body;
  const contentType = message ? lookedType(body) : contentTypeOf(sent);
  const picked = { headers, body: parsedBody(contentType, body) };
  const owner = source.owner && pickOwner(source.owner, picked);
  const rememberAs = duplicateKey(source, { ...call, ...picked, bytes: call.body, verified });
  return ok({
    type: inboundEventType(source.eventType, picked),
    ...(owner !== undefined && { owner }),
    contentType,
    headers: { ...way.value, ...(message === undefined && encodingHeader(sent)) },
    body,
    ...(rememberAs !== undefined && { rememberAs }),
    inbound: {
      source: source.id,
      method: call.method,
      path: call.path,
      query: call.query,
      headers,
      address: call.address,
    },
  });
}
