/** A chat channel alerts are posted to. Whoever knows its URL may write there, so the URL is a secret. */
import { createHash } from 'node:crypto';

export interface AlertWebhook {
  readonly url: string;
  readonly format: WebhookFormat;
}

export const WEBHOOK_FORMATS = ['slack', 'teams'] as const;
export type WebhookFormat = (typeof WEBHOOK_FORMATS)[number];
export const MAX_ALERT_WEBHOOKS = 5;
const NAME_LENGTH = 10;

/** Tells channels apart in records and logs, without telling where they are. Another URL is another channel. */
export function webhookName({ url, format }: AlertWebhook): string {
  return `${format}-${createHash('sha256').update(url).digest('hex').slice(0, NAME_LENGTH)}`;
}

/** What may be shown of its URL: enough to know whose it is. */
export function redactedUrl({ url }: AlertWebhook): string {
  return `${new URL(url).origin}/...`;
}
