/** When a call was signed, and whether that is near enough to now. */
import { fail, ok, type Result } from '../result.ts';
import type { Rejection } from './verdict.ts';

export type TimeFormat = 'seconds' | 'milliseconds' | 'rfc3339';

export interface ToleranceOption {
  /** How far the signed time may be from now, into the past and into the future. */
  readonly toleranceSeconds?: number;
}

/** What nearly every vendor's library allows. */
export const DEFAULT_TOLERANCE_SECONDS = 300;

const SECONDS = /^[0-9]{1,12}$/;
const MILLISECONDS = /^[0-9]{1,15}$/;
/** Fractions of any length: Twitch sends nanoseconds. */
const RFC3339 = /^(\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2})(\.\d{1,12})?([Zz]|[+-]\d{2}:\d{2})$/;

/** In milliseconds; undefined for anything but the format, so `1614265330abc` and `1e9` are no times. */
export function parseTime(text: string, format: TimeFormat): number | undefined {
  if (format === 'seconds') return SECONDS.test(text) ? Number(text) * 1000 : undefined;
  if (format === 'milliseconds') return MILLISECONDS.test(text) ? Number(text) : undefined;
  const [, moment, fraction = '', zone] = RFC3339.exec(text) ?? [];
  if (moment === undefined || zone === undefined) return undefined;
  const at = Date.parse(
    moment.toUpperCase() + (fraction === '' ? '' : fraction.slice(0, 4).padEnd(4, '0')) + zone.toUpperCase(),
  );
  return Number.isNaN(at) ? undefined : at;
}

/** The signed time in milliseconds, if it is within the tolerance both ways; the edge itself is. */
export function freshTime(
  text: string,
  format: TimeFormat,
  toleranceSeconds: number,
  nowSeconds: number,
): Result<number, Rejection> {
  const signedAt = parseTime(text, format);
  if (signedAt === undefined) {
    return fail({
      reason: 'bad_timestamp',
      detail: `The time of the signature is not ${FORMAT_WORDS[format]}.`,
    });
  }
  const ageSeconds = nowSeconds - Math.floor(signedAt / 1000);
  const tooFar = `seconds from now; ${toleranceSeconds} are allowed.`;
  if (ageSeconds < -toleranceSeconds) {
    return fail({ reason: 'timestamp_too_new', detail: `It was signed ${-ageSeconds} ${tooFar}` });
  }
  if (!(ageSeconds <= toleranceSeconds)) {
    return fail({
      reason: 'timestamp_too_old',
      detail: `It was signed ${ageSeconds} seconds ago; ${toleranceSeconds} are allowed.`,
    });
  }
  return ok(signedAt);
}

const FORMAT_WORDS: Readonly<Record<TimeFormat, string>> = {
  seconds: 'Unix seconds in digits',
  milliseconds: 'Unix milliseconds in digits',
  rfc3339: 'an RFC 3339 time',
};
