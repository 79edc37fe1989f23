/**
 * When an endpoint last worked, for its people: a healthy endpoint's health is not written, so the log of its deliveries
 * tells. Looked up once an alert, when it is written.
 */
import type { Alert, AlertRecord } from '../../domain/alerts/record.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import type { DeliveryLister } from '../../ports/delivery-log.ts';
import type { Log } from '../../ports/log.ts';

export interface LastSuccessDeps {
  readonly deliveries: DeliveryLister;
  readonly log: Log;
}

/** An endpoint that got nothing for longer is said to have no success on record. */
const LOOK_BACK_MS = 7 * 86_400_000;
/** Deliveries looked at: those right before the trouble are enough, or it began earlier than was noticed. */
const BUDGET = 200;

/** The record, with what is known of the last success in the alerts behind the first `written`. */
export async function withLastSuccess(
  deps: LastSuccessDeps,
  record: AlertRecord,
  written: number,
  endpoint: Endpoint,
): Promise<AlertRecord> {
  if (record.pending.length <= written) return record;
  const fresh = record.pending.slice(written).map((alert) => withSuccess(deps, alert, endpoint));
  return { ...record, pending: [...record.pending.slice(0, written), ...(await Promise.all(fresh))] };
}

async function withSuccess(deps: LastSuccessDeps, alert: Alert, endpoint: Endpoint): Promise<Alert> {
  const known = alert.lastSuccessAt ?? 0;
  // Health has all successes since the trouble began.
  if (alert.stage === 'exhausted' || known >= alert.since) return alert;
  const found = await successBefore(deps, endpoint, alert.since);
  return found !== undefined && found > known ? { ...alert, lastSuccessAt: found } : alert;
}

/** Of the newest event that was delivered. A look that fails costs the alert this one fact. */
async function successBefore(
  { deliveries, log }: LastSuccessDeps,
  { project, id: endpoint }: Endpoint,
  before: number,
): Promise<number | undefined> {
  const window = { from: before - LOOK_BACK_MS, to: before };
  try {
    const page = await deliveries.pageOfEndpoint({
      project,
      endpoint,
      window,
      statuses: ['succeeded'],
      limit: 1,
      budget: BUDGET,
    });
    const attempt = page.items[0]?.attempts.findLast(({ outcome }) => outcome === 'succeeded');
    // One that was on its way when the trouble began says nothing of its end.
    return attempt && Math.min(attempt.startedAt + attempt.durationMs, before - 1);
  } catch (cause) {
    log.warn('alert.last_success_not_read', { endpoint, cause: String(cause) });
    return undefined;
  }
}
