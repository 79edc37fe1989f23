import * as z from 'zod/mini';
import { DELIVERY_STATUSES } from '../../domain/delivery/delivery.ts';
import { contentType, eventType, headers, idOf, ownerId, time, uid } from './fields.ts';
import { coverage, eventTypeFilter, pageFields, pagination, windowFields } from './lists.ts';
import { problem } from './problem.ts';

const deliveryRef = z.object({ id: idOf('dlv', 'the delivery'), endpoint_id: idOf('ep', 'its endpoint') });

const publishedFields = {
  id: idOf('evt', 'the event'),
  duplicate: z.boolean().check(z.meta({ description: 'It was published before under the same key or uid.' })),
  deliveries: z
    .array(deliveryRef)
    .check(z.meta({ description: 'Empty for an event with very many endpoints: look at the event later.' })),
};

export const published = z.object(publishedFields).check(z.meta({ id: 'Published' }));

export const publishedBatch = z
  .object({ results: z.array(z.union([published, z.object({ error: problem })])) })
  .check(z.meta({ id: 'PublishedBatch', description: 'One verdict for each event, in order.' }));

export const replayEvent = z
  .strictObject({ endpoint_id: z.optional(idOf('ep', 'one of its endpoints. Default: all it went to')) })
  .check(z.meta({ id: 'ReplayEvent' }));

export const replayed = z
  .object({ id: idOf('evt', 'the event'), deliveries: z.array(deliveryRef) })
  .check(z.meta({ id: 'Replayed' }));

export const listEvents = z.strictObject({
  owner_id: z.optional(ownerId),
  event_type: z.optional(eventTypeFilter),
  ...windowFields,
  ...pageFields,
});

const eventSummaryFields = {
  id: idOf('evt', 'the event'),
  type: eventType,
  owner_id: z.nullable(ownerId),
  uid: z.nullable(uid),
  source: z.enum(['api', 'queue', 'test', 'inbound', 'broker']),
  source_id: z
    .nullable(idOf('src', 'the source'))
    .check(z.meta({ description: 'Of an inbound event: the source it came in over.' })),
  broker: z
    .nullable(z.string())
    .check(z.meta({ description: 'Of an event made of a broker’s message: the broker’s name.' })),
  content_type: contentType,
  size_bytes: z.int(),
  endpoint_count: z
    .nullable(z.int())
    .check(z.meta({ description: 'How many endpoints it went to; null for very many.' })),
  deliver_at: z.nullable(time).check(z.meta({ description: 'Not delivered before; null: at once.' })),
  created_at: time,
};

export const eventSummary = z.object(eventSummaryFields).check(z.meta({ id: 'EventSummary' }));

export const eventList = z
  .object({ data: z.array(eventSummary), pagination, coverage })
  .check(z.meta({ id: 'EventList' }));

export const event = z
  .object({
    ...eventSummaryFields,
    headers,
    inbound: z
      .nullable(
        z.object({
          method: z.string(),
          path: z.string().check(z.meta({ description: 'Behind the address of the source.' })),
          query: z.string(),
          headers: z.record(z.string(), z.string()),
          address: z.string().check(z.meta({ description: 'Of the caller.' })),
        }),
      )
      .check(z.meta({ description: 'The call it came in with, over a source.' })),
    broker_message: z
      .nullable(z.object({ id: z.nullable(z.string()), attributes: z.record(z.string(), z.string()) }))
      .check(z.meta({ description: 'The broker’s own id of the message, and its attributes.' })),
    data: z.optional(z.unknown().check(z.meta({ description: 'A JSON body, byte for byte as published.' }))),
    body_base64: z.optional(z.string().check(z.meta({ description: 'Any other body.' }))),
    deliveries: z.array(
      z.object({
        id: idOf('dlv', 'the delivery'),
        endpoint_id: idOf('ep', 'its endpoint'),
        status: z.enum(DELIVERY_STATUSES),
      }),
    ),
    has_more_deliveries: z
      .boolean()
      .check(z.meta({ description: 'The rest is at `GET /v1/deliveries?event_id=`.' })),
  })
  .check(z.meta({ id: 'Event' }));

export type EventSummaryView = z.output<typeof eventSummary>;
