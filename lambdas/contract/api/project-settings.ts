/** What an operator may change of a project: a merge-patch, as endpoints take one. */
import * as z from 'zod/mini';
import { MAX_ALERT_WEBHOOKS, WEBHOOK_FORMATS } from '../../domain/alerts/webhook.ts';
import { parseCidr } from '../../domain/egress/ip.ts';
import { MAX_SHARDS } from '../../domain/ids.ts';
import { alertEmails } from './fields.ts';
import { retryPolicy } from './retry.ts';

const MAX_NAME_LENGTH = 100;
const MAX_LIST = 50;

const network = z
  .string()
  .check(z.refine((text) => parseCidr(text) !== undefined, 'use a network such as 10.20.0.0/16'));
const port = z.int().check(z.gte(1), z.lte(65_535));

const alertWebhook = z.strictObject({ url: z.string(), format: z.enum(WEBHOOK_FORMATS) });

export const projectSettings = z.strictObject({
  name: z.optional(z.string().check(z.minLength(1), z.maxLength(MAX_NAME_LENGTH))),
  operator: z.optional(z.boolean()),
  event_shards: z.optional(z.int().check(z.gte(1), z.lte(MAX_SHARDS))),
  egress: z.optional(
    z.strictObject({
      http: z.optional(z.boolean()),
      cidrs: z.optional(z.array(network).check(z.maxLength(MAX_LIST))),
      ports: z.optional(z.array(port).check(z.maxLength(MAX_LIST))),
    }),
  ),
  retry: z.optional(z.nullable(retryPolicy)),
  alert_emails: z.optional(z.nullable(alertEmails)),
  /** Replaced whole: the URLs are secrets and are never shown again. */
  alert_webhooks: z.optional(z.nullable(z.array(alertWebhook).check(z.maxLength(MAX_ALERT_WEBHOOKS)))),
});
