/** When to try again. The default is the example schedule of Standard Webhooks: ten attempts over 75 h 35 min. */

/** Seconds after attempt 1, 2, 3, ... */
export const DEFAULT_SCHEDULE_SECONDS: readonly number[] = [
  5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400,
];
/** From this delay on the whole delay is jittered: it spreads a herd, and short delays are too short to need it. */
export const JITTER_FROM_SECONDS = 300;
const LEAST_JITTER = 1 / 6;
export const MAX_RETRY_AFTER_SECONDS = 24 * 3600;

/**
 * Milliseconds until the attempt after `counted` failed ones, or undefined when none is left.
 *
 * From 5 min on the delay is drawn uniformly from above the previous step up to this step: (5 s, 5 min], then
 * (5 min, 30 min], and so on. Full jitter down to 0 spreads a herd only a little more (a step is 1.2 to 60 times the
 * one before, so at least a sixth of each is jittered) but halves the schedule on average, and in one delivery of ten
 * all attempts would be over within a day. With the floor ten attempts outlast any outage of 51 h, and none follows
 * another at once. Where a step is hardly above the one before it, or not at all (constant or capped delays), a
 * sixth of it is jittered.
 *
 * `random` is uniform in [0, 1). `retryAfterSeconds` lengthens the delay and never shortens it. Before the first
 * counted attempt (only a person's failed so far) the first step applies.
 */
export function nextDelayMs(
  counted: number,
  random: number,
  retryAfterSeconds = 0,
  schedule: readonly number[] = DEFAULT_SCHEDULE_SECONDS,
): number | undefined {
  const index = Math.max(counted, 1) - 1;
  const step = schedule[index];
  if (step === undefined) return undefined;
  const floor = Math.min(schedule[index - 1] ?? 0, step * (1 - LEAST_JITTER));
  const jittered = step >= JITTER_FROM_SECONDS ? floor + (1 - random) * (step - floor) : step;
  const asked = Math.min(Math.max(retryAfterSeconds, 0), MAX_RETRY_AFTER_SECONDS);
  return Math.ceil(Math.max(jittered, asked) * 1000);
}

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const TIME = '\\d{2}:\\d{2}:\\d{2}';
/** The three forms of RFC 9110, 5.6.7. `Date.parse` alone takes "Sun 2099" for a date, and local time for UTC. */
const IMF_DATE = new RegExp(`^[A-Z][a-z]{2}, \\d{2} ${MONTH} \\d{4} ${TIME} GMT$`);
const RFC850_DATE = new RegExp(`^[A-Z][a-z]{5,8}, \\d{2}-${MONTH}-\\d{2} ${TIME} GMT$`);
const ASCTIME_DATE = new RegExp(`^[A-Z][a-z]{2} ${MONTH} [ \\d]\\d ${TIME} \\d{4}$`);

/**
 * `Retry-After` in seconds: digits, or an HTTP date (RFC 9110, 10.2.3). Undefined when it is neither;
 * a date in the past is 0; anything longer than a day is a day.
 */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text), MAX_RETRY_AFTER_SECONDS);
  const at = parseHttpDate(text);
  if (at === undefined) return undefined;
  return Math.min(Math.max(Math.ceil((at - now) / 1000), 0), MAX_RETRY_AFTER_SECONDS);
}

function parseHttpDate(text: string): number | undefined {
  let at = Number.NaN;
  if (IMF_DATE.test(text) || RFC850_DATE.test(text)) at = Date.parse(text);
  if (ASCTIME_DATE.test(text)) at = Date.parse(`${text} GMT`);
  return Number.isNaN(at) ? undefined : at;
}
