import * as z from 'zod/mini';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../../domain/delivery/delivery.ts';
import { eventType, headers, idOf, ownerId, time } from './fields.ts';
import { coverage, eventTypeFilter, pageFields, pagination, windowFields } from './lists.ts';

const statuses = z.string().check(
  z.refine(
    (text) => text.split(',').every((one) => (DELIVERY_STATUSES as readonly string[]).includes(one)),
    `use one or more of ${DELIVERY_STATUSES.join(', ')}, separated by commas`,
  ),
  z.meta({
    description: `One or more of ${DELIVERY_STATUSES.join(', ')}, separated by commas.`,
    examples: ['failed'],
  }),
);

export const listDeliveries = z.strictObject({
  endpoint_id: z.optional(idOf('ep', 'the endpoint')),
  event_id: z.optional(idOf('evt', 'the event')),
  owner_id: z.optional(ownerId),
  status: z.optional(statuses),
  event_type: z.optional(eventTypeFilter),
  ...windowFields,
  ...pageFields,
});

export function readStatuses(text: string): readonly DeliveryStatus[] {
  return text.split(',') as DeliveryStatus[];
}

const attemptError = z
  .object({
    code: z.string().check(z.meta({ examples: ['connection_refused'] })),
    sentence: z.string().check(z.meta({ description: 'What happened and what to do, for people.' })),
    fault: z.enum(['receiver', 'settings', 'gateway']).check(z.meta({ description: 'Who can mend it.' })),
  })
  .check(z.meta({ id: 'AttemptError' }));

const milliseconds = z.optional(z.number());

const attemptSummaryFields = {
  number: z.int(),
  trigger: z.enum(['first', 'retry', 'manual']),
  started_at: time,
  duration_ms: z.number(),
  url: z.string(),
  outcome: z
    .enum(['succeeded', 'failed', 'unknown'])
    .check(z.meta({ description: '`unknown`: it may have been received; the answer was not recorded.' })),
  status_code: z.nullable(z.int()),
  error: z.nullable(attemptError),
};

export const attemptSummary = z.object(attemptSummaryFields).check(z.meta({ id: 'AttemptSummary' }));

export const attempt = z
  .object({
    ...attemptSummaryFields,
    address: z.nullable(z.string()).check(z.meta({ description: 'The address that was dialled.' })),
    phases: z
      .object({
        dns: milliseconds,
        connect: milliseconds,
        tls: milliseconds,
        send: milliseconds,
        wait: milliseconds,
        read: milliseconds,
      })
      .check(z.meta({ description: 'Milliseconds of each phase that was reached.' })),
    response: z.nullable(
      z.object({
        headers,
        body: z.optional(z.string()),
        body_base64: z.optional(z.string()),
        truncated: z.boolean(),
      }),
    ),
  })
  .check(z.meta({ id: 'Attempt' }));

const deliveryFields = {
  id: idOf('dlv', 'the delivery'),
  event_id: idOf('evt', 'its event'),
  endpoint_id: idOf('ep', 'its endpoint'),
  owner_id: z.nullable(ownerId),
  event_type: eventType,
  status: z.enum(DELIVERY_STATUSES),
  stop_reason: z.nullable(
    z.enum([
      'exhausted',
      'expired',
      'not_retryable',
      'endpoint_gone',
      'endpoint_deleted',
      'event_expired',
      'subscription_deleted',
      'receiver_aborted',
      'attempts_lost',
    ]),
  ),
  held_reason: z.nullable(
    z.enum([
      'endpoint_paused',
      'endpoint_disabled',
      'circuit_open',
      'slowed_down',
      'transformation_failed',
      'awaiting_listener',
    ]),
  ),
  next_attempt_at: z.nullable(time),
  attempt_count: z.int(),
  created_at: time,
  updated_at: time,
};

export const delivery = z
  .object({ ...deliveryFields, attempts: z.array(attempt) })
  .check(z.meta({ id: 'Delivery' }));

export const deliverySummary = z
  .object({ ...deliveryFields, last_attempt: z.nullable(attemptSummary) })
  .check(z.meta({ id: 'DeliverySummary' }));

export const deliveryList = z
  .object({ data: z.array(deliverySummary), pagination, coverage })
  .check(z.meta({ id: 'DeliveryList' }));

export const retried = z
  .object({
    id: idOf('dlv', 'the delivery'),
    event_id: idOf('evt', 'its event'),
    endpoint_id: idOf('ep', 'its endpoint'),
  })
  .check(z.meta({ id: 'Retried' }));

export type DeliveryFilters = z.output<typeof listDeliveries>;
export type AttemptView = z.output<typeof attempt>;
export type AttemptSummaryView = z.output<typeof attemptSummary>;
export type DeliverySummaryView = z.output<typeof deliverySummary>;
export type DeliveryView = z.output<typeof delivery>;
