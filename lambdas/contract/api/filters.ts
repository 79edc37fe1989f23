/** Filters in the API. What is inside one is judged by `domain/filter`, which names mistakes better than a schema can. */
import * as z from 'zod/mini';
import { idOf, texts } from './fields.ts';

const EXAMPLE = { body: { amount: { $gte: 100 }, 'customer.country': { $in: ['DE', 'AT'] } } };

/** An object in requests, checked after the schema; null is none. */
export const filter = z.unknown().check(
  z.meta({
    description:
      'What an event must be like beyond its type: conditions on `headers`, `query`, `path` and `body`. null: nothing.',
    examples: [EXAMPLE],
  }),
);

export const shownFilter = z
  .record(z.string(), z.unknown())
  .check(z.meta({ description: 'As it was given.', examples: [EXAMPLE] }));

export const testFilter = z
  .strictObject({
    filter: z.unknown().check(z.meta({ description: 'The filter in question.', examples: [EXAMPLE] })),
    event_id: z.optional(idOf('evt', 'a stored event, instead of what follows')),
    headers: z.optional(texts),
    query: z.optional(texts),
    path: z.optional(z.string()),
    body: z.optional(z.unknown().check(z.meta({ description: 'Any JSON.' }))),
  })
  .check(z.meta({ id: 'TestFilter' }));

const failedClause = z.object({
  path: z
    .string()
    .check(z.meta({ description: 'As the filter has it.', examples: ['body.customer.country'] })),
  operator: z.string().check(z.meta({ examples: ['$in'] })),
  expected: z.unknown(),
  reason: z.enum(['missing', 'differs', 'over_budget']),
  actual: z.optional(z.unknown().check(z.meta({ description: 'What is there; long values end in "…".' }))),
  detail: z.string().check(z.meta({ description: 'The same for people.' })),
});

export const filterVerdict = z
  .object({
    matched: z.boolean(),
    over_budget: z
      .boolean()
      .check(z.meta({ description: 'It was too much work for one event, and so does not match.' })),
    failed: z.array(failedClause).check(z.meta({ description: 'Empty when it matched.' })),
  })
  .check(z.meta({ id: 'FilterVerdict' }));

export type TestFilterFields = z.output<typeof testFilter>;
export type FilterVerdictView = z.output<typeof filterVerdict>;
