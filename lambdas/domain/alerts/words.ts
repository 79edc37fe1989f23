/** An alert in words: what happened, why, and what to do, for text and HTML alike. */

import type { Endpoint } from '../endpoint.ts';
import { explain } from '../why.ts';
import { HOUR_MS } from './alert.ts';
import type { Alert, AlertStage } from './record.ts';

/** What is looked up when the mail is written, not when the alert is. */
export interface AlertContext {
  readonly endpoint: Endpoint;
  /** Deliveries that wait; `more`: at least so many. */
  readonly waiting: { readonly count: number; readonly more: boolean };
  /** Where to look and mend it. */
  readonly link: string;
}

export interface AlertText {
  readonly subject: string;
  /** One or two sentences. */
  readonly lead: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly advice: string;
}

/** More are counted, not listed. */
const LISTED = 20;
const SUBJECT_URL_LENGTH = 80;

export function alertText(alert: Alert, context: AlertContext): AlertText {
  const { stage } = alert;
  const { lead, advice } = WORDS[stage](alert);
  return {
    subject: `${SUBJECTS[stage](alert)}: ${shortened(alert.url)}`,
    lead,
    facts: factsOf(alert, context),
    advice,
  };
}

/** Line breaks would start a header in a mail's subject, and a fact of its own in a text. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

const SUBJECTS: Readonly<Record<AlertStage, (alert: Alert) => string>> = {
  opened: () => 'Webhook endpoint fails',
  still_failing: () => 'Webhook endpoint still fails after a day',
  disabling_soon: () => 'Webhook endpoint will be disabled tomorrow',
  disabled: () => 'Webhook endpoint disabled',
  recovered: (alert) =>
    hasSucceeded(alert) ? 'Webhook endpoint works again' : 'Webhook endpoint is tried again',
  exhausted: (alert) => `${count(exhaustedCount(alert), 'webhook delivery', 'webhook deliveries')} given up`,
};

/** After a person's word, or after an answer that only asks for time: the circuit is closed, and nothing else is known. */
const TRIED_AGAIN =
  'Your endpoint is taken for well again: somebody enabled it, changed its URL or reset its circuit, or it answered ' +
  'that it needs time. ' +
  'No delivery has succeeded since it failed. What was held back goes out slowly, oldest first.';

function hasSucceeded({ since, lastSuccessAt }: Alert): boolean {
  return lastSuccessAt !== undefined && lastSuccessAt >= since;
}

const MEND = 'Mend it, and deliveries go on by themselves: we try one at a time until it answers.';
const ENABLE = 'Mend it, then enable the endpoint: what was held goes out, oldest first.';

const DISABLED_BECAUSE: Readonly<Record<NonNullable<Alert['disabledReason']>, string>> = {
  manual: 'Somebody disabled your endpoint.',
  gone: 'Your endpoint answered 410 Gone, which asks us to stop.',
  asked: 'Your endpoint answered with the header "webhook-delivery: disable", which asks us to stop.',
  failing: 'Every delivery to your endpoint has failed for five days.',
};

const WORDS: Readonly<Record<AlertStage, (alert: Alert) => Pick<AlertText, 'lead' | 'advice'>>> = {
  opened: () => ({
    lead: 'Deliveries to your endpoint fail, so they are held back. Nothing is lost.',
    advice: MEND,
  }),
  still_failing: () => ({
    lead: 'Deliveries to your endpoint have failed for a day. They are held back. Nothing is lost so far.',
    advice: MEND,
  }),
  disabling_soon: ({ disablesAt }) => ({
    lead: `Every delivery to your endpoint has failed for four days. It will be disabled${
      disablesAt === undefined ? ' in a day' : ` at the first failure after ${utc(disablesAt)}`
    } unless one succeeds before.`,
    advice: MEND,
  }),
  disabled: ({ disabledReason }) => ({
    lead: `${DISABLED_BECAUSE[disabledReason ?? 'failing']} It is disabled: nothing more is sent to it.`,
    advice: ENABLE,
  }),
  recovered: (alert) => ({
    lead: hasSucceeded(alert)
      ? 'Deliveries to your endpoint succeed again. What was held back is on its way, oldest first.'
      : TRIED_AGAIN,
    advice: hasSucceeded(alert)
      ? 'There is nothing to do. Deliveries that were given up meanwhile can be retried one by one or replayed.'
      : 'Make sure that it is mended. If it still fails, deliveries are held back again.',
  }),
  exhausted: (alert) => ({
    lead: `${count(exhaustedCount(alert), 'delivery', 'deliveries')} to your endpoint ${
      exhaustedCount(alert) === 1 ? 'was' : 'were'
    } given up in the hour before ${utc(alert.since)}. No further attempt will be made by itself.`,
    advice: 'Mend the receiver, then retry these deliveries or replay their events.',
  }),
};

function factsOf(alert: Alert, { endpoint, waiting }: AlertContext): AlertText['facts'] {
  const facts: [string, string][] = [['Endpoint', `${alert.url} (${endpoint.id})`]];
  if (endpoint.description !== '') facts.push(['Description', endpoint.description]);
  if (alert.stage === 'exhausted') return [...facts, ...exhaustedFacts(alert)];
  if (alert.cause !== undefined) facts.push(['Reason', explain({ error: alert.cause }).sentence]);
  facts.push(['Since', `${utc(alert.since)} (${lasting(alert.at - alert.since)})`]);
  facts.push([
    'Last success',
    alert.lastSuccessAt === undefined ? 'not on record' : utc(alert.lastSuccessAt),
  ]);
  facts.push([
    'Waiting',
    `${waiting.more ? 'at least ' : ''}${count(waiting.count, 'delivery', 'deliveries')}`,
  ]);
  return facts;
}

const GAVE_UP = {
  exhausted: 'the last attempt failed',
  expired: 'the next attempt would come too late',
  not_retryable: 'it was answered with a status that is not retried',
} as const;

function exhaustedCount({ exhausted = [], exhaustedCount: all = exhausted.length }: Alert): number {
  return all;
}

function exhaustedFacts(alert: Alert): [string, string][] {
  const listed = (alert.exhausted ?? [])
    .slice(0, LISTED)
    .map(({ event, type, why }): [string, string] => [type, `${event}: ${GAVE_UP[why]}`]);
  const left = exhaustedCount(alert) - listed.length;
  return left > 0 ? [...listed, ['And', `${left} more`]] : listed;
}

function shortened(url: string): string {
  return url.length <= SUBJECT_URL_LENGTH ? url : `${url.slice(0, SUBJECT_URL_LENGTH - 3)}...`;
}

function count(many: number, one: string, more: string): string {
  return `${many} ${many === 1 ? one : more}`;
}

/** `2026-11-23 12:00 UTC`. */
function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function lasting(ms: number): string {
  if (ms < HOUR_MS) return count(Math.max(1, Math.round(ms / 60_000)), 'minute', 'minutes');
  if (ms < 48 * HOUR_MS) return count(Math.round(ms / HOUR_MS), 'hour', 'hours');
  return count(Math.round(ms / (24 * HOUR_MS)), 'day', 'days');
}
