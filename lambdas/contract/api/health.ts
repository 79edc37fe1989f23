/** How an endpoint is doing, as the API shows it. */
import * as z from 'zod/mini';
import { time } from './fields.ts';

/** Counting further would cost more than the number is worth. */
export const MAX_WAITING_COUNTED = 1000;

const at = (description: string) => z.nullable(time).check(z.meta({ description }));

export const endpointHealth = z
  .object({
    state: z.enum(['closed', 'open', 'half_open', 'recovering']).check(
      z.meta({
        description:
          '`closed`: deliveries go out. `open`: it fails, and deliveries wait. `half_open`: one delivery is finding out whether it is well again. `recovering`: its backlog goes out at a growing pace.',
      }),
    ),
    since: at('When the trouble began.'),
    cause: z
      .nullable(z.object({ code: z.string(), sentence: z.string() }))
      .check(z.meta({ description: 'What opened the circuit, in words.' })),
    next_probe_at: at('When the next delivery is let through.'),
    waiting: z
      .object({
        count: z.int().check(z.gte(0), z.lte(MAX_WAITING_COUNTED)),
        more: z.boolean().check(z.meta({ description: 'There are more than were counted.' })),
      })
      .check(
        z.meta({
          description: `Deliveries that wait in its backlog, held or for a later attempt, counted up to ${MAX_WAITING_COUNTED}. A moment old.`,
        }),
      ),
    failing_since: at('The first failure since the last success.'),
    last_success_at: at(
      'The last success that ended a failure. Successes of a healthy endpoint are not noted here.',
    ),
    last_failure_at: at('As far as it was noted.'),
  })
  .check(z.meta({ id: 'EndpointHealth' }));

export type EndpointHealthView = z.output<typeof endpointHealth>;
