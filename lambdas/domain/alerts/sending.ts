/** Who sends what was written, and what becomes of mail that is refused. Pure steps of an endpoint's alert record. */
import type { Alert, AlertRecord } from './record.ts';

/** A sender that died is replaced after this long; sending takes seconds. */
export const SENDING_MS = 90_000;
/** Waits after each refusal by mail or a webhook, in minutes: about a day in all, since a sandbox or a quota is mended by a person. */
const RETRY_MINUTES = [1, 5, 15, 60, 240, 480, 720] as const;

/** Alerts whose turn has come. */
export function dueAlerts(record: AlertRecord, now: number): readonly Alert[] {
  return record.pending.filter(({ nextTryAt }) => nextTryAt <= now);
}

/** The record with this worker as its sender; undefined when another is, or nothing is due. */
export function claimSending(record: AlertRecord, token: string, now: number): AlertRecord | undefined {
  if (dueAlerts(record, now).length === 0) return undefined;
  if (record.sending !== undefined && record.sending.until > now) return undefined;
  return { ...record, sending: { token, until: now + SENDING_MS } };
}

/** What became of one alert. */
export interface Posted {
  readonly id: string;
  /** Everywhere. */
  readonly sent: boolean;
  /** Channels that have it now, if others don't. */
  readonly reached?: readonly string[];
}

/** Sent ones are done with; refused ones wait longer each time, and in the end are given up. */
export function settleSending(
  record: AlertRecord,
  token: string,
  posted: readonly Posted[],
  now: number,
): AlertRecord {
  const { sending, ...rest } = record;
  const outcomes = new Map(posted.map((one) => [one.id, one]));
  const pending = record.pending.flatMap((alert) => {
    const outcome = outcomes.get(alert.id);
    if (outcome === undefined) return [alert];
    const minutes = outcome.sent ? undefined : RETRY_MINUTES[alert.tries];
    if (minutes === undefined) return [];
    const reached = outcome.reached ?? [];
    const again = { ...alert, tries: alert.tries + 1, nextTryAt: now + minutes * 60_000 };
    return [reached.length === 0 ? again : { ...again, reached }];
  });
  const others = sending !== undefined && sending.token !== token;
  return { ...rest, pending, ...(others && { sending }) };
}

/** Whether one more refusal ends it. */
export function isLastTry({ tries }: Alert): boolean {
  return tries >= RETRY_MINUTES.length;
}
