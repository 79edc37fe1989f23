import * as z from 'zod/mini';
import { idOf, time } from './fields.ts';
import { coverage, pageFields, pagination, windowFields } from './lists.ts';

const VERDICTS = ['accepted', 'duplicate', 'answered', 'rejected'] as const;

export const listRequests = z.strictObject({
  unassigned: z.optional(
    z
      .enum(['true', 'false'])
      .check(
        z.meta({ description: 'Messages that named no project of ours. For the operator’s project only.' }),
      ),
  ),
  source_id: z.optional(idOf('src', 'calls to this source only')),
  verdict: z.optional(z.enum(VERDICTS)),
  ...windowFields,
  ...pageFields,
});

const requestFields = {
  id: idOf('req', 'the request'),
  source: z.enum(['queue', 'http', 'broker']),
  source_id: z
    .nullable(idOf('src', 'the source'))
    .check(z.meta({ description: 'The source that was called; null for the publish queue.' })),
  broker: z
    .nullable(z.string())
    .check(z.meta({ description: 'Of a broker’s message: its name in the settings.' })),
  verdict: z.enum(VERDICTS),
  reason: z
    .string()
    .check(z.meta({ description: 'Why it was refused, or what was answered. Empty for an event.' })),
  detail: z.nullable(z.string()).check(z.meta({ description: 'The reason in a sentence.' })),
  event_id: z
    .nullable(idOf('evt', 'the event'))
    .check(z.meta({ description: 'The event it became, or the one it repeats.' })),
  status: z.nullable(z.int()).check(z.meta({ description: 'What the caller was answered.' })),
  method: z.nullable(z.string()),
  path: z.nullable(z.string().check(z.meta({ description: 'Behind the address of the source.' }))),
  query: z.nullable(z.string()),
  address: z.nullable(z.string().check(z.meta({ description: 'Of the caller.' }))),
  message_id: z
    .nullable(z.string())
    .check(z.meta({ description: 'The queue’s or broker’s own id of the message.' })),
  errors: z.array(z.object({ field: z.string(), code: z.string(), detail: z.string() })),
  truncated: z.boolean().check(z.meta({ description: 'Only the beginning of its body was kept.' })),
  received_at: time,
};

export const requestSummary = z.object(requestFields).check(z.meta({ id: 'RequestSummary' }));

export const request = z
  .object({
    ...requestFields,
    headers: z.nullable(z.record(z.string(), z.string())),
    body: z.optional(z.string()),
    body_base64: z.optional(z.string()),
  })
  .check(z.meta({ id: 'Request' }));

export const requestList = z
  .object({ data: z.array(requestSummary), pagination, coverage })
  .check(z.meta({ id: 'RequestList' }));

export type RequestSummaryView = z.output<typeof requestSummary>;
