/** Where a third party's webhooks come in: an address of ours, and what to believe and make of a call to it. */
import type { Secret } from './endpoint.ts';
import type { Pick } from './inbound/pick.ts';
import type { Preset } from './inbound/presets/preset.ts';

export type SourceStatus = 'enabled' | 'disabled';

/** What a sender is answered once its call is stored. */
export interface CustomAnswer {
  readonly status: number;
  readonly contentType: string;
  /** At most `MAX_ANSWER_CHARACTERS`. */
  readonly body: string;
}

export type SourceContent = 'message' | 'call';

/** When two calls are one. `auto`: by the sender's id where the scheme signs it or a time, else by the signed bytes. */
export type Deduplication =
  | { readonly by: 'auto' | 'delivery_id' | 'body'; readonly windowSeconds: number }
  /** Dotted paths such as `body.id` or `headers.x-request-id`; a call that lacks one of them is no duplicate. */
  | { readonly by: 'fields'; readonly fields: readonly string[]; readonly windowSeconds: number }
  | { readonly by: 'none' };

export interface Source {
  readonly id: string;
  readonly project: string;
  readonly name: string;
  readonly status: SourceStatus;
  /** How a sender proves who it is, with the options of that scheme. */
  readonly verification: Preset;
  /** Newest first; any that has not expired may have signed. */
  readonly secrets: readonly Secret[];
  /** What its events are called. */
  readonly eventType: Pick;
  /** Whose events they are; absent: the project's own. */
  readonly owner?: Pick;
  readonly deduplication: Deduplication;
  /** Of presets whose calls carry a message (`domain/inbound/unwrap.ts`): what the event is. Absent: the message. */
  readonly content?: SourceContent;
  readonly answer?: CustomAnswer;
  /** The address the sender was given, without a query, where it isn't ours but a domain of the user's: some schemes sign it. */
  readonly publicUrl?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Grows with each change; writes are conditional on it. */
  readonly version: number;
}

/** GitHub, Shopify and others repeat for days; an id stays known this long. */
export const DEFAULT_DEDUPLICATION_SECONDS = 72 * 3600;
export const MAX_DEDUPLICATION_SECONDS = 7 * 24 * 3600;
export const MAX_ANSWER_CHARACTERS = 1000;
export const MAX_SOURCE_SECRETS = 10;

/** Secrets a sender may sign with now. */
export function verifyingSecrets(source: Source, now: number): string[] {
  return source.secrets
    .filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now)
    .map(({ key }) => key);
}

/** Puts a new current secret in front; the older ones are believed until the overlap ends. */
export function rotateSourceSecret(source: Source, key: string, now: number, overlapSeconds: number): Source {
  const until = now + overlapSeconds * 1000;
  const older = source.secrets
    .filter((secret) => secret.key !== key)
    .map((secret) => ({ key: secret.key, expiresAt: Math.min(secret.expiresAt ?? until, until) }))
    .filter((secret) => secret.expiresAt > now);
  return { ...source, secrets: [{ key }, ...older].slice(0, MAX_SOURCE_SECRETS) };
}
