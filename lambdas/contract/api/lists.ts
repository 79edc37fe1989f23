/** What all lists share: page size, cursor, time window, and the shape of a page. */
import * as z from 'zod/mini';
import { DEFAULT_PAGE, MAX_PAGE } from '../../domain/listing.ts';
import { EVENT_TYPE_PATTERN_SHAPE } from '../../domain/routing.ts';
import type { ObjectSchema } from './check.ts';
import { time } from './fields.ts';

const TIME_SHAPE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** ISO 8601 with a time zone; a date alone is its midnight, UTC. */
export function isTime(text: string): boolean {
  return TIME_SHAPE.test(text) && !Number.isNaN(Date.parse(text));
}

const TIME_WORDS = 'use ISO 8601 with a time zone, such as 2026-11-23T12:00:00Z (in a URL, write "+" as %2B)';

const LIMIT_WORDS = `use a whole number from 1 to ${MAX_PAGE}`;

const limit = z.coerce.number(LIMIT_WORDS).check(
  z.multipleOf(1, LIMIT_WORDS),
  z.gte(1, LIMIT_WORDS),
  z.lte(MAX_PAGE, LIMIT_WORDS),
  z.meta({
    description: `Entries a page. Default ${DEFAULT_PAGE}.`,
    examples: [DEFAULT_PAGE],
    override: { type: 'integer' },
  }),
);

export const pageFields = {
  limit: z.optional(limit),
  cursor: z.optional(
    z.string().check(z.meta({ description: '`pagination.next` of the page before, with the same filters.' })),
  ),
};

function timeOf(description: string) {
  return z.string().check(z.refine(isTime, TIME_WORDS), z.meta({ description, format: 'date-time' }));
}

/** The schema of a list's query. */
export type ListSchema<F extends PageFilters> = ObjectSchema & z.ZodMiniType<F>;

export interface PageFilters {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

export const windowFields = {
  created_after: z.optional(timeOf('Not older than this.')),
  created_before: z.optional(timeOf('Older than this.')),
};

/** Several types or patterns, comma-separated. */
export const eventTypeFilter = z.string().check(
  z.refine(
    (text) => text.split(',').every((one) => EVENT_TYPE_PATTERN_SHAPE.test(one)),
    'use event types such as invoice.paid, or prefixes such as invoice.*, separated by commas',
  ),
  z.meta({
    description: 'Event types or prefixes such as `invoice.*`, separated by commas.',
    examples: ['invoice.*'],
  }),
);

export const pagination = z
  .object({
    limit: z.int(),
    next: z.nullable(z.string()).check(z.meta({ description: 'The `cursor` of the next page.' })),
    has_more: z.boolean(),
  })
  .check(z.meta({ id: 'Pagination' }));

export const coverage = z.object({ from: time, to: time }).check(
  z.meta({
    id: 'Coverage',
    description: 'The time this page has looked at. Continue with the cursor for the rest.',
  }),
);
