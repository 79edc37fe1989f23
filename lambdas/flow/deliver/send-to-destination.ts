/** One event to one receiver inside AWS: as the right role, by the right service, judged like an HTTP call. */

import { MAX_KEPT_RESPONSE_BYTES } from '../../domain/delivery/attempt.ts';
import type { HttpResult } from '../../domain/delivery/outcome.ts';
import { type Destination, externalIdOf, regionOfDestination } from '../../domain/destination/destination.ts';
import {
  meaningOf,
  meaningOfRoleRefusal,
  type RefusalMeaning,
  refusalOf,
} from '../../domain/destination/failure.ts';
import type { DestinationError } from '../../domain/error-code.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  CallService,
  DestinationOrder,
  DestinationSender,
  RoleCredentials,
  ServiceAnswer,
  ServiceCalls,
} from '../../ports/destinations.ts';
import type { AssumedRoles } from './assumed-roles.ts';

export interface SendToDestinationDeps {
  readonly clock: Clock;
  readonly roles: AssumedRoles;
  readonly services: ServiceCalls;
}

export function createDestinationSender(deps: SendToDestinationDeps): DestinationSender {
  return {
    async send(order) {
      const startedAt = deps.clock.now();
      const deadline = new AbortController();
      const timer = setTimeout(() => deadline.abort(), order.timeoutMs);
      try {
        const answer = await call(deps, order, deadline.signal);
        // The clock may have been set back.
        return resultOf(answer, Math.max(0, deps.clock.now() - startedAt));
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** The second: credentials that AWS doesn't take, which are the session's here. */
const ENDS_SESSIONS: ReadonlySet<string> = new Set(['destination_denied', 'our_fault']);

async function call(
  deps: SendToDestinationDeps,
  order: DestinationOrder,
  signal: AbortSignal,
): Promise<ServiceAnswer> {
  const { destination } = order;
  const externalId = externalIdOf(order.project);
  let credentials: RoleCredentials | undefined;
  try {
    if (destination.role !== undefined) {
      credentials = await deps.roles.credentials(destination.role, externalId, signal);
    }
  } catch (error) {
    return refused(meaningOfRoleRefusal(refusalOf(error)));
  }
  const answer = await callService(deps, order, credentials, signal);
  if (destination.role !== undefined && answer.kind === 'refused' && ENDS_SESSIONS.has(answer.error)) {
    deps.roles.forget(destination.role, externalId);
  }
  return answer;
}

async function callService(
  { services }: SendToDestinationDeps,
  { destination, event, headers }: DestinationOrder,
  credentials: RoleCredentials | undefined,
  signal: AbortSignal,
): Promise<ServiceAnswer> {
  const region = regionOfDestination(destination);
  const place = { region, ...(credentials !== undefined && { credentials }) };
  try {
    // Each kind's own function takes that kind's destination, which the compiler can't follow through a look-up.
    const send = (await services[destination.kind]()) as CallService<Destination>;
    return await send({ destination, event, headers, place, signal });
  } catch (error) {
    if (signal.aborted) return { kind: 'refused', error: 'response_timeout', detail: '' };
    return refused(meaningOf(refusalOf(error)));
  }
}

function refused({ error, detail }: RefusalMeaning): ServiceAnswer {
  return { kind: 'refused', error, detail };
}

function resultOf(answer: ServiceAnswer, durationMs: number): HttpResult {
  // What a call to AWS is made of can't be told apart from here: the whole is waiting.
  const measured = { durationMs, phases: { wait: durationMs } };
  if (answer.kind === 'refused') {
    const { error, detail } = answer;
    if (error === 'our_fault') return { kind: 'our_fault', detail };
    return noResponse(error, detail, measured);
  }
  const { body, requestId } = answer;
  return {
    kind: 'response',
    statusCode: answer.statusCode,
    response: {
      headers: requestId === undefined ? {} : { 'x-amzn-requestid': requestId },
      body: body.subarray(0, MAX_KEPT_RESPONSE_BYTES),
      truncated: body.length > MAX_KEPT_RESPONSE_BYTES,
    },
    ...measured,
  };
}

function noResponse(
  error: DestinationError,
  detail: string,
  measured: { readonly durationMs: number; readonly phases: { readonly wait: number } },
): HttpResult {
  return { kind: 'no_response', error, ...(detail !== '' && { detail }), ...measured };
}
