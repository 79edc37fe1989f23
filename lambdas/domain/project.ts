import type { AlertWebhook } from './alerts/webhook.ts';
import type { RetryPolicy } from './retry/policy.ts';

/** The isolation unit. Every key belongs to one project and implies it. */
export interface Project {
  readonly id: string;
  readonly name: string;
  /** Sees what belongs to no project: publish-queue messages that name none, or one that does not exist. */
  readonly operator: boolean;
  /** How many partitions a day of events is spread over, 1 to 32. May grow at any time: each id names its shard. */
  readonly eventShards: number;
  readonly egress: EgressAllowance;
  /** For endpoints that have none of their own. */
  readonly retry?: RetryPolicy;
  /** Who is mailed about endpoints that name nobody. */
  readonly alertEmails?: readonly string[];
  /** Chat channels that get the alerts of all its endpoints. */
  readonly alertWebhooks?: readonly AlertWebhook[];
  /** Base64; signs list cursors, so that a cursor of one project means nothing in another. */
  readonly cursorSecret: string;
  readonly createdAt: number;
}

/** What a project may reach beyond the default policy (public addresses over https). */
export interface EgressAllowance {
  readonly http: boolean;
  readonly cidrs: readonly string[];
  /** Of public addresses, though they belong to other protocols (`domain/egress/blocked-ports.ts`). */
  readonly ports?: readonly number[];
}

export const NO_ALLOWANCE: EgressAllowance = { http: false, cidrs: [] };
/** Owns what names no project; never has keys of its own. */
export const UNASSIGNED_PROJECT = 'prj_00000000000000000000000000';
export const DEFAULT_EVENT_SHARDS = 4;
