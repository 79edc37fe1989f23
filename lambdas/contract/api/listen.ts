/** Deliveries that a machine picks up and answers for, in place of being dialled. */
import * as z from 'zod/mini';
import { MAX_TIMEOUT_SECONDS } from '../../domain/endpoint.ts';
import { MAX_PICKED_UP, MAX_WAIT_SECONDS, REPORTABLE_ERRORS } from '../../domain/listen.ts';
import { eventType, headers, idOf, time } from './fields.ts';

const MAX_CLAIM_LENGTH = 64;
const MAX_DETAIL_LENGTH = 300;
/** Of an answer: it is cut to what deliveries keep of one. */
const MAX_BODY_LENGTH = 100_000;
/** The clock of the machine that listens may have jumped. */
const MAX_DURATION_MS = 10 * MAX_TIMEOUT_SECONDS * 1000;

const claim = z
  .string()
  .check(
    z.maxLength(MAX_CLAIM_LENGTH),
    z.meta({ description: 'Goes back with the report: it tells which attempt that is of.' }),
  );

export const listen = z
  .strictObject({
    wait_seconds: z.optional(
      z
        .int()
        .check(
          z.gte(0),
          z.lte(MAX_WAIT_SECONDS),
          z.meta({ description: 'How long to wait while nothing is there. Default 0.' }),
        ),
    ),
    limit: z.optional(
      z
        .int()
        .check(
          z.gte(1),
          z.lte(MAX_PICKED_UP),
          z.meta({ description: `How many to pick up at most. Default ${MAX_PICKED_UP}.` }),
        ),
    ),
  })
  .check(z.meta({ id: 'Listen' }));

export const pickedUp = z
  .object({
    delivery_id: idOf('dlv', 'the delivery'),
    event_id: idOf('evt', 'its event'),
    event_type: eventType,
    attempt: z.int().check(z.meta({ description: 'Which attempt this is, from 1.' })),
    claim,
    report_by: time.check(
      z.meta({
        description: 'Without a report until then its outcome is unknown, and it can be picked up again.',
      }),
    ),
    timeout_seconds: z.int(),
    method: z.string(),
    url: z.string(),
    headers: z
      .record(z.string(), z.string())
      .check(z.meta({ description: 'Every header of this attempt, signed now.' })),
    body: z.optional(z.string()),
    body_base64: z.optional(z.string()),
  })
  .check(z.meta({ id: 'PickedUp' }));

export const listened = z.object({ data: z.array(pickedUp) }).check(z.meta({ id: 'Listened' }));

export const report = z
  .strictObject({
    claim,
    status_code: z.optional(z.int().check(z.gte(100), z.lte(599))),
    headers: z.optional(headers.check(z.meta({ description: 'Of the answer.' }))),
    body: z.optional(z.string().check(z.maxLength(MAX_BODY_LENGTH))),
    body_base64: z.optional(z.string().check(z.maxLength(MAX_BODY_LENGTH))),
    truncated: z.optional(
      z.boolean().check(z.meta({ description: 'The body is only the beginning of what was answered.' })),
    ),
    error: z.optional(
      z
        .enum(REPORTABLE_ERRORS)
        .check(z.meta({ description: 'Why there was no answer, in place of `status_code`.' })),
    ),
    detail: z.optional(z.string().check(z.maxLength(MAX_DETAIL_LENGTH))),
    duration_ms: z.number().check(z.gte(0), z.lte(MAX_DURATION_MS)),
  })
  .check(z.meta({ id: 'Report' }));

export type PickedUpView = z.output<typeof pickedUp>;
export type ReportFields = z.output<typeof report>;
