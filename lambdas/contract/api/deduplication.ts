/** `deduplication` of a published event: a key of the publisher's, or one made of chosen fields. */
import * as z from 'zod/mini';
import {
  fingerprint,
  IDEMPOTENCY_TTL_MS,
  MAX_IDEMPOTENCY_KEY_LENGTH,
  writtenOut,
} from '../../domain/idempotency.ts';
import { valueAt } from '../../domain/inbound/pick.ts';
import type { RememberedAs } from '../../domain/publish-command.ts';

const MAX_FIELDS = 10;
const MAX_PATH_LENGTH = 256;
const MAX_WINDOW_SECONDS = 7 * 24 * 3600;

export const deduplication = z
  .strictObject({
    key: z.optional(z.string().check(z.minLength(1), z.maxLength(MAX_IDEMPOTENCY_KEY_LENGTH))),
    fields: z.optional(
      z
        .array(
          z
            .string()
            .check(
              z.maxLength(MAX_PATH_LENGTH),
              z.regex(/^data\../, 'begin with "data.", such as data.order.id'),
            ),
        )
        .check(z.minLength(1), z.maxLength(MAX_FIELDS)),
    ),
    window_seconds: z.optional(z.int().check(z.gte(1), z.lte(MAX_WINDOW_SECONDS))),
  })
  .check(
    z.refine(
      (given) => (given.key === undefined) !== (given.fields === undefined),
      'give either key or fields',
    ),
    z.meta({
      description:
        'An event published before under the same key, or with the same type, owner and values of these fields, makes this one a repeat, whatever else it holds. For 72 hours unless said otherwise. An event that lacks one of the fields is never a repeat.',
      examples: [
        { fields: ['data.order.id', 'data.status'], window_seconds: 3600 },
        { key: 'order-4711-paid' },
      ],
    }),
  );

export interface Deduplicated {
  readonly type: string;
  readonly owner_id?: string | undefined;
  readonly data?: unknown;
  readonly deduplication?: z.output<typeof deduplication> | undefined;
}

/** Under what an event is remembered; undefined when it may come as often as it likes. */
export function readDeduplication({
  type,
  owner_id,
  data,
  deduplication: rule,
}: Deduplicated): RememberedAs | undefined {
  if (rule === undefined) return undefined;
  const windowMs = rule.window_seconds === undefined ? IDEMPOTENCY_TTL_MS : rule.window_seconds * 1000;
  if (rule.key !== undefined) return { key: `dedup:key:${rule.key}`, windowMs };
  const fields = rule.fields ?? [];
  const values = fields.map((field) => valueAt(data, field.slice('data.'.length)));
  if (values.some((value) => value === undefined)) return undefined;
  const text = writtenOut([type, owner_id ?? null, fields, values]);
  return text === undefined ? undefined : { key: `dedup:fields:${fingerprint([text])}`, windowMs };
}
