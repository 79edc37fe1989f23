/**
 * Looks at one endpoint: what there is to tell is written, and only then sent. Any number of these may run at once, or
 * stop anywhere: the record's version lets one of them write, and its claim lets one of them send.
 */
import type { AlertTask } from '../../contract/tasks.ts';
import { lastClosedHour, nextLook, review, type Situation } from '../../domain/alerts/alert.ts';
import { type AlertRecord, type ExhaustedDelivery, untold } from '../../domain/alerts/record.ts';
import { claimSending, dueAlerts, settleSending } from '../../domain/alerts/sending.ts';
import { wakeMinute } from '../../domain/delivery/wake.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import { exhaustedEvent } from '../../domain/operational-event.ts';
import { isOperational } from '../../domain/operational-type.ts';
import type { AlertLog } from '../../ports/alert-log.ts';
import type { Random } from '../../ports/clock.ts';
import type { EndpointReader } from '../../ports/config.ts';
import type { DeliveryLister, DeliveryReader } from '../../ports/delivery-log.ts';
import type { HealthReader } from '../../ports/health.ts';
import type { WakeLedger } from '../../ports/wakes.ts';
import { type Disposition, DONE, faultBackoffMs } from '../deliver/disposition.ts';
import { withLastSuccess } from './last-success.ts';
import { type PostAlertDeps, postAlert } from './post-alert.ts';

export interface ReviewAlertsDeps extends PostAlertDeps {
  readonly random: Random;
  readonly endpoints: EndpointReader;
  readonly health: Pick<HealthReader, 'get'>;
  readonly deliveries: DeliveryReader & DeliveryLister;
  readonly alerts: AlertLog;
  readonly reviews: Pick<WakeLedger, 'note' | 'settle'>;
}

export interface AlertMessage {
  /** The queue's id of the message. */
  readonly id: string;
  readonly task: AlertTask;
  readonly receives: number;
}

const MAX_ROUNDS = 8;
/** A digest of more says so by its number only. */
const MAX_DIGEST = 1_000;
/** As many records as are read at once. */
const PAGE = 100;
/** A first digest looks back this far: rows are older only when nobody looked for two days. */
const DIGEST_HOURS = 48;

/** Never throws: a fault of ours returns its own message, later each time. */
export async function reviewBatch(
  deps: ReviewAlertsDeps,
  messages: readonly AlertMessage[],
): Promise<ReadonlyMap<string, Disposition>> {
  const looked = messages.map(async ({ id, task, receives }): Promise<[string, Disposition]> => {
    try {
      await reviewAlerts(deps, task);
      return [id, DONE];
    } catch (cause) {
      deps.log.error('alert.fault', { endpoint: task.endpoint, receives, cause: String(cause) });
      return [id, { do: 'again', inMs: faultBackoffMs(receives) }];
    }
  });
  return new Map(await Promise.all(looked));
}

export async function reviewAlerts(deps: ReviewAlertsDeps, task: AlertTask): Promise<void> {
  const [endpoint] = await deps.endpoints.endpoints(task.project, [task.endpoint]);
  // Deleted: there is nobody to tell any more.
  if (endpoint !== undefined) {
    await publishExhausted(deps, endpoint, task.exhausted ?? []);
    await reviewEndpoint(deps, endpoint);
  }
  const { project, minute } = task;
  if (minute !== undefined) await deps.reviews.settle({ project, endpoint: task.endpoint, minute });
}

async function publishExhausted(
  deps: ReviewAlertsDeps,
  endpoint: Endpoint,
  deliveries: readonly ExhaustedDelivery[],
): Promise<void> {
  const events = deliveries.filter(({ type }) => !isOperational(type));
  if (events.length === 0) return;
  await deps.ownEvents.publishOwn(events.map((one) => exhaustedEvent(one, endpoint)));
}

async function reviewEndpoint(deps: ReviewAlertsDeps, endpoint: Endpoint): Promise<void> {
  const token = Buffer.from(deps.random.bytes(9)).toString('base64url');
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = (await deps.alerts.alertRecord(endpoint.id)) ?? untold(endpoint.id);
    const seen = await look(deps, endpoint, before);
    const told = review(before, seen);
    const reviewed = await withLastSuccess(deps, told, before.pending.length, endpoint);
    const claimed = claimSending(reviewed, token, seen.now);
    const saved = await save(deps, before, claimed ?? reviewed, seen);
    if (saved === 'conflict') continue;
    if (claimed !== undefined) await send(deps, claimed, token, seen);
    return;
  }
  throw new Error(`lost every conditional write of the alerts of ${endpoint.id}`);
}

async function look(deps: ReviewAlertsDeps, endpoint: Endpoint, record: AlertRecord): Promise<Situation> {
  const now = deps.clock.now();
  const through = lastClosedHour(now);
  const after = Math.max(record.digestedThrough ?? 0, through - DIGEST_HOURS);
  const noted =
    after < through ? await deps.alerts.exhaustedIn(endpoint.id, { after, through }, MAX_DIGEST) : [];
  const health = await deps.health.get(endpoint.id);
  const deliveries = await stillFailed(deps, endpoint.id, noted);
  return { now, endpoint, health, ...(noted.length > 0 && { exhausted: { through, deliveries } }) };
}

/** Noted before their record was written: some were tried again after all, or sent again since. */
async function stillFailed(
  deps: ReviewAlertsDeps,
  endpoint: string,
  noted: readonly ExhaustedDelivery[],
): Promise<readonly ExhaustedDelivery[]> {
  const failed: ExhaustedDelivery[] = [];
  for (let from = 0; from < noted.length; from += PAGE) {
    const some = noted.slice(from, from + PAGE);
    const records = await deps.deliveries.getMany(some.map(({ event }) => ({ event, endpoint })));
    failed.push(...some.filter((_, index) => records[index]?.state.status === 'failed'));
  }
  return failed;
}

/** The next look is noted before the record that needs it. */
async function save(
  deps: ReviewAlertsDeps,
  before: AlertRecord,
  after: AlertRecord,
  seen: Situation,
): Promise<'saved' | 'conflict'> {
  const at = nextLook(after, seen);
  const { project, id } = seen.endpoint;
  if (at !== undefined) await deps.reviews.note({ project, endpoint: id, minute: wakeMinute(at, seen.now) });
  if (after === before) return 'saved';
  return deps.alerts.saveAlertRecord({ ...after, version: before.version + 1 });
}

async function send(
  deps: ReviewAlertsDeps,
  claimed: AlertRecord,
  token: string,
  seen: Situation,
): Promise<void> {
  const { endpoint } = seen;
  const due = dueAlerts(claimed, seen.now);
  const posted = await Promise.all(due.map((alert) => postAlert(deps, alert, endpoint)));
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = await deps.alerts.alertRecord(endpoint.id);
    if (before === undefined) return;
    const now = deps.clock.now();
    const after = settleSending(before, token, posted, now);
    if ((await save(deps, before, after, { ...seen, now })) === 'saved') return;
  }
  throw new Error(`lost every conditional write of the alerts of ${endpoint.id}`);
}
