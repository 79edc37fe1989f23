/** Retry policies as the API writes them. */
import * as z from 'zod/mini';
import {
  DEFAULT_FACTOR,
  DEFAULT_MAX_ATTEMPTS,
  MAX_ATTEMPTS,
  MAX_DELAY_SECONDS,
  MAX_DELAYS,
  MAX_FACTOR,
  MAX_RETRY_SPAN_SECONDS,
  MAX_STATUS_EXPRESSIONS,
  MIN_AGE_SECONDS,
} from '../../domain/retry/policy.ts';
import { isStatusExpression } from '../../domain/retry/statuses.ts';

const seconds = () => z.int().check(z.gte(1), z.lte(MAX_DELAY_SECONDS));

export const retryPolicy = z
  .strictObject({
    strategy: z
      .enum(['list', 'linear', 'exponential'])
      .check(z.meta({ description: 'Which of the fields below say when to try again.' })),
    delays_seconds: z.optional(
      z.array(seconds()).check(
        z.minLength(1),
        z.maxLength(MAX_DELAYS),
        z.meta({
          description: '`list`: the delay after attempt 1, 2, 3, ...',
          examples: [[5, 300, 1800, 7200]],
        }),
      ),
    ),
    interval_seconds: z.optional(
      seconds().check(z.meta({ description: '`linear`: every delay. `exponential`: the first delay.' })),
    ),
    factor: z.optional(
      z.number().check(
        z.gte(1),
        z.lte(MAX_FACTOR),
        z.meta({
          description: `\`exponential\`: how much longer each delay is. Default ${DEFAULT_FACTOR}.`,
        }),
      ),
    ),
    cap_seconds: z.optional(
      seconds().check(z.meta({ description: '`exponential`: the longest delay. Default seven days.' })),
    ),
    max_attempts: z.optional(
      z.int().check(
        z.gte(1),
        z.lte(MAX_ATTEMPTS),
        z.meta({
          description: `\`linear\`, \`exponential\`: attempts in all. Default ${DEFAULT_MAX_ATTEMPTS}; 1 never tries again.`,
        }),
      ),
    ),
    max_age_seconds: z.optional(
      z.int().check(
        z.gte(MIN_AGE_SECONDS),
        z.lte(MAX_RETRY_SPAN_SECONDS),
        z.meta({
          description: 'No attempt is planned later than this after the event, or its `deliver_at`.',
        }),
      ),
    ),
    statuses: z.optional(
      z
        .array(
          z
            .string()
            .check(
              z.refine(
                isStatusExpression,
                'use a status such as "429", a range such as "500-599", or "!401"',
              ),
            ),
        )
        .check(
          z.minLength(1),
          z.maxLength(MAX_STATUS_EXPRESSIONS),
          z.meta({
            description:
              'Which failed answers are tried again: statuses, ranges, and exclusions with `!`. Default all. A missing answer always is; 410 never is.',
            examples: [['500-599', '429']],
          }),
        ),
    ),
  })
  .check(
    z.meta({
      id: 'RetryPolicy',
      description:
        'When a failed delivery is tried again. Delays of five minutes and more are jittered; `Retry-After` lengthens them.',
    }),
  );

export type RetryPolicyFields = z.output<typeof retryPolicy>;
