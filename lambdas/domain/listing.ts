/** Queries and pages of the logs. Lists are newest first and say what they covered. */
import type { Delivery, DeliveryStatus } from './delivery/delivery.ts';
import type { Event } from './event.ts';
import type { KeptRequest } from './request.ts';

export const DEFAULT_PAGE = 50;
export const MAX_PAGE = 250;
/** Items one request may look at before it answers with what it has and a cursor. */
export const LOOK_BUDGET = 2000;
/** How long events and deliveries are kept. */
export const RETENTION_DAYS = 30;

/** Milliseconds, `from` inclusive and `to` exclusive. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

export interface EventQuery {
  readonly project: string;
  /** The project's shards, so that each day is looked at in all its partitions. */
  readonly shards: number;
  readonly region: string;
  readonly window: Window;
  readonly owner?: string;
  readonly types?: readonly string[];
  /** Ids below this one only: where the page before ended. */
  readonly before?: string;
  readonly limit: number;
  readonly budget: number;
}

/** A page of any log. */
export interface LogPage<T> {
  readonly items: readonly T[];
  /** Continue below this id; absent when the window is exhausted. */
  readonly next?: string;
  /** What was looked at; narrower than the window when the budget or the limit ended the search. */
  readonly covered: Window;
}

export type EventPage = LogPage<Event>;

export interface DeliveryQuery {
  readonly project: string;
  readonly endpoint: string;
  readonly window: Window;
  readonly statuses?: readonly DeliveryStatus[];
  readonly types?: readonly string[];
  readonly before?: string;
  readonly limit: number;
  readonly budget: number;
}

export type DeliveryPage = LogPage<Delivery>;

export interface RequestQuery {
  readonly project: string;
  readonly shards: number;
  readonly region: string;
  readonly window: Window;
  /** Calls to this source only. */
  readonly source?: string;
  readonly verdicts?: readonly KeptRequest['verdict'][];
  readonly before?: string;
  readonly limit: number;
  readonly budget: number;
}

export type RequestPage = LogPage<KeptRequest>;

export function isWantedRequest(
  { source, verdicts }: Pick<RequestQuery, 'source' | 'verdicts'>,
  request: KeptRequest,
): boolean {
  if (verdicts !== undefined && !verdicts.includes(request.verdict)) return false;
  return source === undefined || (request.source === 'http' && request.sourceId === source);
}

export const DAY_MS = 86_400_000;

/** UTC days of a window, newest first, as their first milliseconds. */
export function daysOf(window: Window): number[] {
  const days: number[] = [];
  if (window.to <= window.from) return days;
  for (let day = Math.floor((window.to - 1) / DAY_MS) * DAY_MS; day > window.from - DAY_MS; day -= DAY_MS) {
    days.push(day);
  }
  return days;
}
