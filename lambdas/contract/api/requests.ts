import * as z from 'zod/mini';
import { idOf, time } from './fields.ts';
import { coverage, pageFields, pagination, windowFields } from './lists.ts';

export const listRequests = z.strictObject({
  unassigned: z.optional(
    z
      .enum(['true', 'false'])
      .check(
        z.meta({ description: 'Messages that named no project of ours. For the operator’s project only.' }),
      ),
  ),
  ...windowFields,
  ...pageFields,
});

const requestFields = {
  id: idOf('req', 'the request'),
  source: z.enum(['queue']),
  message_id: z.string().check(z.meta({ description: 'The queue’s own id of the message.' })),
  verdict: z.enum(['rejected']),
  reason: z.string(),
  errors: z.array(z.object({ field: z.string(), code: z.string(), detail: z.string() })),
  truncated: z.boolean().check(z.meta({ description: 'Only the beginning of its body was kept.' })),
  received_at: time,
};

export const requestSummary = z.object(requestFields).check(z.meta({ id: 'RequestSummary' }));

export const request = z
  .object({ ...requestFields, body: z.optional(z.string()), body_base64: z.optional(z.string()) })
  .check(z.meta({ id: 'Request' }));

export const requestList = z
  .object({ data: z.array(requestSummary), pagination, coverage })
  .check(z.meta({ id: 'RequestList' }));

export type RequestSummaryView = z.output<typeof requestSummary>;
