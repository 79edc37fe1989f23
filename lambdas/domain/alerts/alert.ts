/**
 * What an endpoint's owner is told, and when: once per incident and stage. Pure: an endpoint's state as it is now is
 * compared with what was told already, so that it does not matter how often or by whom one is asked to look.
 */

import type { Endpoint } from '../endpoint.ts';
import type { ErrorCode } from '../error-code.ts';
import { WARNING_MS } from '../health/failing.ts';
import type { Health } from '../health/health.ts';
import type { Alert, AlertRecord, AlertStage, ExhaustedDelivery, Incident } from './record.ts';

/** An endpoint as it stands. */
export interface Situation {
  readonly now: number;
  readonly endpoint: Endpoint;
  readonly health: Health | undefined;
  /** Deliveries given up in hours that are over and not digested yet, and the last of these hours. */
  readonly exhausted?: { readonly through: number; readonly deliveries: readonly ExhaustedDelivery[] };
}

export const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const STILL_FAILING_MS = DAY_MS;
/** After people were told of one incident, the next is news after this long: an endpoint may go up and down all day. */
const FIRST_SILENCE_MS = HOUR_MS;
/** Rows of an hour may still be written this long after it. */
export const HOUR_CLOSES_AFTER_MS = 120_000;

/**
 * Deliveries named by all the digests that wait to be sent. With types of 128 characters they make 250 KB of the 400 KB
 * a record may have; a record over that could not be written any more, for as long as mail is refused.
 */
const MOST_NAMED = 1_000;

/** What was told, brought up to date with the situation; the same record when there is nothing to tell. */
export function review(record: AlertRecord, seen: Situation): AlertRecord {
  const told = disabling(warning(outage(record, seen), seen), seen);
  const fresh = told.pending.slice(record.pending.length);
  // Of several stages that are due at once, because nobody looked for a while, only the last is news.
  const news = fresh.length < 2 ? told : { ...told, pending: [...record.pending, fresh.at(-1)!] };
  return digest(news, seen);
}

/** When there may be more to tell though nobody gives notice; undefined: not before something happens. */
export function nextLook(record: AlertRecord, { now, endpoint, health }: Situation): number | undefined {
  const { incident, pending, sending } = record;
  const times = pending.map(({ nextTryAt }) => Math.max(nextTryAt, sending?.until ?? 0));
  const trouble = troubleOf(health);
  if (endpoint.status === 'enabled') {
    if (incident !== undefined && trouble !== undefined) {
      const over = incident.recoveredAt !== undefined;
      times.push(over ? incident.toldAt + silence(incident) : incident.since + STILL_FAILING_MS);
    }
  }
  const later = times.filter((time) => time > now);
  return later.length === 0 ? undefined : Math.min(...later);
}

/** The last hour that is over for good. */
export function lastClosedHour(now: number): number {
  return hourOf(now - HOUR_CLOSES_AFTER_MS) - 1;
}

/** Hours since 1970. */
export function hourOf(time: number): number {
  return Math.floor(time / HOUR_MS);
}

interface Trouble {
  readonly since: number;
  readonly cause?: ErrorCode;
}

/** Down, or coming back and not there yet. */
function troubleOf(health: Health | undefined): Trouble | undefined {
  if (health === undefined) return undefined;
  const { circuit, lastFailure } = health;
  if (circuit.state !== 'closed') return circuit.outage;
  if (circuit.ramp === undefined || circuit.ramp.trips === 0) return undefined;
  return { since: circuit.ramp.since, ...(lastFailure && { cause: lastFailure.error }) };
}

function outage(record: AlertRecord, seen: Situation): AlertRecord {
  const { now, endpoint, health } = seen;
  const { incident } = record;
  const trouble = troubleOf(health);
  if (trouble === undefined) {
    // While it is paused or disabled nothing is sent to it, so nothing is learned.
    if (incident === undefined || incident.recoveredAt !== undefined || endpoint.status !== 'enabled')
      return record;
    return write({ ...record, incident: { ...incident, recoveredAt: now } }, seen, 'recovered', incident);
  }
  if (endpoint.disabledReason === 'manual') return record;
  const current = begin(incident, trouble, now);
  if (current === undefined) return record;
  const of = { since: current.since, cause: trouble.cause };
  const opened = current === incident ? record : write({ ...record, incident: current }, seen, 'opened', of);
  const lasts = endpoint.status === 'enabled' && now >= current.since + STILL_FAILING_MS;
  if (!lasts || current.lasts === true) return opened;
  return write({ ...opened, incident: { ...current, lasts } }, seen, 'still_failing', of);
}

/** The incident this trouble is part of; undefined while it is too early to speak of another one. */
function begin(incident: Incident | undefined, trouble: Trouble, now: number): Incident | undefined {
  if (incident !== undefined && incident.recoveredAt === undefined) return incident;
  if (incident !== undefined && now < incident.toldAt + silence(incident)) return undefined;
  // A day without news, after the silence: only then did it stop going up and down.
  const isNear = incident !== undefined && now < incident.toldAt + silence(incident) + DAY_MS;
  const flaps = isNear ? incident.flaps + 1 : 0;
  return { since: trouble.since, toldAt: now, flaps };
}

function silence({ flaps }: Incident): number {
  return Math.min(FIRST_SILENCE_MS * 2 ** flaps, DAY_MS);
}

/** Not only while the circuit is open: an endpoint that gets little fails for days without opening it. */
function warning(record: AlertRecord, seen: Situation): AlertRecord {
  const { failingSince, failing, lastFailure } = seen.health ?? {};
  const warnAt = failing?.warnAt;
  if (failingSince === undefined || warnAt === undefined) return record;
  if (seen.endpoint.status !== 'enabled' || record.warnedOf === warnAt) return record;
  const of = { since: failingSince, cause: lastFailure?.error };
  const more = { id: `${warnAt}#disabling_soon`, disablesAt: warnAt + WARNING_MS };
  return write({ ...record, warnedOf: warnAt }, seen, 'disabling_soon', of, more);
}

/** A person who disables an endpoint knows it; our own doing is told. */
function disabling(record: AlertRecord, seen: Situation): AlertRecord {
  const { status, disabledReason, disabledAt } = seen.endpoint;
  if (status !== 'disabled' || disabledReason === undefined || disabledReason === 'manual') return record;
  if (disabledAt === undefined || record.disabledAt === disabledAt) return record;
  const failing = disabledReason === 'failing' ? seen.health?.lastFailure?.error : undefined;
  const cause = disabledReason === 'gone' ? 'gone' : failing;
  const since = seen.health?.failingSince ?? disabledAt;
  const more = { id: `${disabledAt}#disabled`, disabledReason };
  return write({ ...record, disabledAt }, seen, 'disabled', { since, cause }, more);
}

function digest(record: AlertRecord, seen: Situation): AlertRecord {
  if (seen.exhausted === undefined) return record;
  const { through, deliveries } = seen.exhausted;
  if (record.digestedThrough !== undefined && through <= record.digestedThrough) return record;
  const looked: AlertRecord = { ...record, digestedThrough: through };
  if (deliveries.length === 0) return looked;
  const until = { since: (through + 1) * HOUR_MS };
  const named = record.pending.reduce((sum, { exhausted = [] }) => sum + exhausted.length, 0);
  const exhausted = deliveries.slice(0, Math.max(0, MOST_NAMED - named));
  const more = exhausted.length < deliveries.length && { exhaustedCount: deliveries.length };
  return write(looked, seen, 'exhausted', until, { exhausted, ...more });
}

function write(
  record: AlertRecord,
  { now, endpoint, health }: Situation,
  stage: AlertStage,
  of: { readonly since: number; readonly cause?: ErrorCode | undefined },
  more: Partial<Alert> = {},
): AlertRecord {
  const alert: Alert = {
    id: `${of.since}#${stage}`,
    stage,
    at: now,
    since: of.since,
    ...(of.cause !== undefined && { cause: of.cause }),
    ...(health?.lastSuccessAt !== undefined && { lastSuccessAt: health.lastSuccessAt }),
    ...more,
    url: endpoint.url,
    tries: 0,
    nextTryAt: now,
  };
  return { ...record, pending: [...record.pending, alert] };
}
