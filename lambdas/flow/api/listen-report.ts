/** `POST /v1/deliveries/{id}/report`: what came of a delivery that was picked up, settled as if it had been sent. */
import { checkText } from '../../contract/api/check.ts';
import { type ReportFields, report } from '../../contract/api/listen.ts';
import type { Delivery, Lease } from '../../domain/delivery/delivery.ts';
import { MAX_QUEUE_WAITS, settleAttempt } from '../../domain/delivery/settle.ts';
import { wakeMinute } from '../../domain/delivery/wake.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import { type Failure, invalid } from '../../domain/failure.ts';
import { type Claim, claimedLease, parseClaim, resultOf } from '../../domain/listen.ts';
import type { Project } from '../../domain/project.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import { retryPolicyOf } from '../../domain/retry/policy.ts';
import type { Clock, Random } from '../../ports/clock.ts';
import type { EndpointStore } from '../../ports/config.ts';
import type { DeliveryWriter, ResponseStore } from '../../ports/delivery-log.ts';
import type { UseCase } from '../../ports/use-case.ts';
import type { WakeLedger } from '../../ports/wakes.ts';
import { findDelivery } from './deliveries.ts';
import { deliverySummaryView } from './delivery-view.ts';
import { findEndpoint } from './find.ts';
import type { WalkDeps } from './walk-deliveries.ts';

export interface ListenReportDeps extends WalkDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly endpoints: Pick<EndpointStore, 'endpoints' | 'replaceEndpoint'>;
  readonly deliveries: WalkDeps['deliveries'] & DeliveryWriter;
  readonly responses: ResponseStore;
  readonly ledger: Pick<WakeLedger, 'note'>;
}

/** Two writers settling the same delivery each write once; more rounds than this is a fault. */
const MAX_ROUNDS = 5;

/**
 * It wakes nobody up: neither the endpoint's circuit nor its people's alerts hear of what a machine under somebody's
 * hands answers.
 */
export function listenReportUseCase(deps: ListenReportDeps): UseCase {
  return async (call) => {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const known = await findDelivery(deps, call.project, call.params.id!);
      if (!known.ok) return known;
      const fields = checkText(report, call.text);
      if (!fields.ok) return fields;
      const claim = readClaim(fields.value);
      if (!claim.ok) return claim;
      const { of, record } = known.value;
      const lease = record && claimedLease(record, claim.value);
      if (record === undefined || lease === undefined) return notClaimed();
      // A repeat: the first report stands.
      if (lease === 'reported') return ok({ status: 200, body: deliverySummaryView(known.value) });
      const settled = await settle(deps, call.project, record, lease, fields.value);
      if (!settled.ok) return settled;
      if (settled.value !== undefined) {
        return ok({ status: 200, body: deliverySummaryView({ of, record: settled.value }) });
      }
    }
    throw new Error('lost every conditional write of a report');
  };
}

function readClaim({ claim: text, status_code, error }: ReportFields): Result<Claim, Failure> {
  if ((status_code === undefined) === (error === undefined)) {
    const detail = 'give status_code for an answer, or error where there was none, and not both';
    return fail(invalid('status_code', 'required', detail));
  }
  const claim = parseClaim(text);
  return claim === undefined
    ? fail(invalid('claim', 'bad_format', 'send it back as it came with the delivery'))
    : ok(claim);
}

function notClaimed(): Result<never, Failure> {
  const detail = 'No attempt of this delivery was picked up under that claim.';
  return fail({ kind: 'conflict', code: 'not_claimed', detail });
}

/** Undefined: somebody else wrote in between. */
async function settle(
  deps: ListenReportDeps,
  project: Project,
  delivery: Delivery,
  lease: Lease,
  fields: ReportFields,
): Promise<Result<Delivery | undefined, Failure>> {
  const endpoint = await findEndpoint(deps, project, delivery.endpoint);
  if (!endpoint.ok) return endpoint;
  const now = deps.clock.now();
  const settlement = settleAttempt({
    now,
    of: delivery,
    delivery,
    lease,
    trigger: lease.trigger,
    startedAt: lease.startedAt,
    url: lease.url,
    result: resultOf(toldBy(fields)),
    // No message of a queue stands for it: whatever waits, waits in the backlog.
    receives: MAX_QUEUE_WAITS,
    retry: retryPolicyOf(delivery.type, endpoint.value, project),
    random: deps.random.uniform(),
  });
  const { state } = settlement.delivery;
  if (state.status === 'waiting') {
    await deps.ledger.note({
      project: delivery.project,
      endpoint: delivery.endpoint,
      minute: wakeMinute(state.dueAt, now),
    });
  }
  if ((await deps.deliveries.save(settlement.delivery)) === 'conflict') return ok(undefined);
  for (const signal of settlement.signals) {
    if (signal.kind === 'endpoint_gone') await disable(deps, endpoint.value, signal.asked ? 'asked' : 'gone');
  }
  const { responseAside: aside } = settlement;
  if (aside !== undefined)
    await deps.responses.putResponse(settlement.delivery, aside.attempt, aside.response);
  return ok(settlement.delivery);
}

/** As any receiver may wish with its answer. Whoever changed it in between knows what they do. */
async function disable(
  deps: ListenReportDeps,
  endpoint: Endpoint,
  disabledReason: 'gone' | 'asked',
): Promise<void> {
  const { version } = endpoint;
  const updatedAt = deps.clock.now();
  const gone = { ...endpoint, status: 'disabled', disabledReason, updatedAt } as const;
  await deps.endpoints.replaceEndpoint({ ...gone, version: version + 1 });
}

function toldBy({
  status_code,
  headers = {},
  body,
  body_base64,
  truncated,
  error,
  detail,
  duration_ms,
}: ReportFields) {
  return {
    ...(status_code !== undefined && { statusCode: status_code }),
    ...(error !== undefined && { error }),
    ...(detail !== undefined && { detail }),
    headers,
    body: body_base64 === undefined ? Buffer.from(body ?? '') : Buffer.from(body_base64, 'base64'),
    truncated: truncated === true,
    durationMs: duration_ms,
  };
}
