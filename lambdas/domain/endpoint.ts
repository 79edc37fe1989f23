/** A receiver: its URL and settings. */
import type { Destination } from './destination/destination.ts';
import type { RateLimit } from './limits/rate.ts';
import type { RetrySettings } from './retry/policy.ts';

export type EndpointStatus = 'enabled' | 'paused' | 'disabled';

export interface Secret {
  /** `whsec_` and base64 of 24 to 64 bytes. */
  readonly key: string;
  /** Milliseconds; absent for the current secret. Until then an older one signs beside it. */
  readonly expiresAt?: number;
}

export interface Listener {
  /** Milliseconds, to about an hour: when it last asked for deliveries. Absent: never yet. */
  readonly askedAt?: number;
}

export interface Endpoint extends RetrySettings {
  readonly id: string;
  readonly project: string;
  readonly owner?: string;
  /** Where its deliveries go; with a destination, the destination's ARN, which is no URL anything is posted to. */
  readonly url: string;
  /** A receiver inside AWS in place of a URL. */
  readonly destination?: Destination;
  /** Nobody dials it: a machine picks its deliveries up and says what came of them. The URL is that machine's own. */
  readonly listener?: Listener;
  readonly description: string;
  readonly status: EndpointStatus;
  /** Why it is disabled: by a person, because the receiver answered 410 or asked for it, or after days of nothing but failure. */
  readonly disabledReason?: 'manual' | 'gone' | 'asked' | 'failing';
  /** When we disabled it ourselves, in milliseconds. */
  readonly disabledAt?: number;
  /** Who is mailed when it fails; absent: the project's. */
  readonly alertEmails?: readonly string[];
  readonly timeoutSeconds: number;
  readonly rateLimit?: RateLimit;
  /** Requests on their way at once. */
  readonly maxInFlight?: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Newest first; the first is current. */
  readonly secrets: readonly Secret[];
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Grows with each change; writes are conditional on it. */
  readonly version: number;
}

/** Each gets a mail; more people are a list of their own. */
export const MAX_ALERT_EMAILS = 5;
export const DEFAULT_TIMEOUT_SECONDS = 15;
export const MIN_TIMEOUT_SECONDS = 1;
export const MAX_TIMEOUT_SECONDS = 30;
/** How long a replaced secret goes on signing unless the caller says otherwise; Svix and Outpost use the same. */
export const DEFAULT_ROTATION_OVERLAP_SECONDS = 24 * 3600;
export const MAX_ROTATION_OVERLAP_SECONDS = 7 * 24 * 3600;
/** Standard Webhooks verifiers parse a list; more than this is refused by some (Svix keeps ten). */
export const MAX_SECRETS = 10;

/** Whether deliveries go to the same place, in the same way. */
export function isSameReceiver(one: Endpoint, other: Endpoint): boolean {
  return one.url === other.url && writtenOut(one.destination) === writtenOut(other.destination);
}

/** A store gives the fields back in an order of its own. */
function writtenOut(destination: Destination | undefined): string {
  return JSON.stringify(Object.entries(destination ?? {}).toSorted());
}

/** Secrets that sign now: the current one and those whose overlap has not ended. */
export function signingKeys(endpoint: Endpoint, now: number): string[] {
  return endpoint.secrets
    .filter((secret) => secret.expiresAt === undefined || secret.expiresAt > now)
    .slice(0, MAX_SECRETS)
    .map((secret) => secret.key);
}

/** Puts a new current secret in front; the old current one signs until the overlap ends. */
export function rotateSecret(endpoint: Endpoint, key: string, now: number, overlapSeconds: number): Endpoint {
  const until = now + overlapSeconds * 1000;
  const older = endpoint.secrets
    .map((secret) => (secret.expiresAt === undefined ? { key: secret.key, expiresAt: until } : secret))
    .map((secret) => ({ key: secret.key, expiresAt: Math.min(secret.expiresAt!, until) }))
    .filter((secret) => secret.expiresAt > now);
  return { ...endpoint, secrets: [{ key }, ...older].slice(0, MAX_SECRETS), updatedAt: now };
}
