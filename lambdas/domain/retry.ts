/** When to try again. The default is the example schedule of Standard Webhooks: ten attempts over 75 h 35 min. */

/** Seconds after attempt 1, 2, 3, ... */
export const DEFAULT_SCHEDULE_SECONDS: readonly number[] = [
  5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400,
];
/** From this delay on the whole delay is jittered: it spreads a herd, and short delays are too short to need it. */
export const JITTER_FROM_SECONDS = 300;
export const MAX_RETRY_AFTER_SECONDS = 24 * 3600;

/**
 * Milliseconds until the attempt after `counted` failed ones, or undefined when none is left.
 * Full jitter draws uniformly from the half-open interval above the previous step up to this step, so a
 * delay never falls back to "at once" (AWS Architecture Blog, "Exponential Backoff and Jitter", with a floor).
 * `random` is uniform in [0, 1). `retryAfterSeconds` lengthens the delay and never shortens it.
 */
export function nextDelayMs(
  counted: number,
  random: number,
  retryAfterSeconds = 0,
  schedule: readonly number[] = DEFAULT_SCHEDULE_SECONDS,
): number | undefined {
  const step = schedule[counted - 1];
  if (step === undefined) return undefined;
  const floor = counted >= 2 ? Math.min(schedule[counted - 2]!, step) : 0;
  const jittered = step >= JITTER_FROM_SECONDS ? floor + (1 - random) * (step - floor) : step;
  const asked = Math.min(Math.max(retryAfterSeconds, 0), MAX_RETRY_AFTER_SECONDS);
  return Math.ceil(Math.max(jittered, asked) * 1000);
}

/**
 * `Retry-After` in seconds: digits, or an HTTP date (RFC 9110, 10.2.3). Undefined when it is neither;
 * a date in the past is 0; anything longer than a day is a day.
 */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d{1,15}$/.test(text)) return Math.min(Number(text), MAX_RETRY_AFTER_SECONDS);
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text)) return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at)) return undefined;
  return Math.min(Math.max(Math.ceil((at - now) / 1000), 0), MAX_RETRY_AFTER_SECONDS);
}
