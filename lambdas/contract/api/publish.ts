/** `POST /v1/events` and `/v1/events/batch`: what may be published, and how its body's bytes are found. */
import * as z from 'zod/mini';
import { MAX_BODY_BYTES } from '../../domain/event.ts';
import { type Failure, type FieldError, invalid } from '../../domain/failure.ts';
import { checkHeaders } from '../../domain/headers.ts';
import { elementSpans, memberSpan, rootSpan, type Span } from '../../domain/json-span.ts';
import { isOperational } from '../../domain/operational-type.ts';
import type { PublishCommand } from '../../domain/publish-command.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import { MAX_DELIVER_AHEAD_DAYS } from '../schema.ts';
import { check, parseJson, WHOLE_BODY } from './check.ts';
import { deduplication, readDeduplication } from './deduplication.ts';
import { contentType, eventType, headers, ownerId, uid } from './fields.ts';
import { isTime } from './lists.ts';

export const MAX_BATCH_EVENTS = 100;

export const eventFields = {
  type: eventType,
  data: z.optional(
    z
      .unknown()
      .check(
        z.meta({ description: 'Any JSON. Delivered byte for byte as written here, as application/json.' }),
      ),
  ),
  body_base64: z.optional(
    z
      .string()
      .check(z.meta({ description: 'Instead of `data`: any bytes, in base64. Needs `content_type`.' })),
  ),
  content_type: z.optional(contentType),
  owner_id: z.optional(ownerId),
  headers: z.optional(headers),
  uid: z.optional(uid),
  deduplication: z.optional(deduplication),
  deliver_at: z.optional(
    z.nullable(
      z.string().check(
        z.refine(isTime, 'use ISO 8601 with a time zone, such as 2026-12-24T18:00:00Z, or null for at once'),
        z.meta({
          description: `Not delivered before, and within two minutes after. At most ${MAX_DELIVER_AHEAD_DAYS} days ahead; null or a time that has passed is at once.`,
          format: 'date-time',
          examples: ['2026-12-24T18:00:00Z'],
        }),
      ),
    ),
  ),
};

export const publishEvent = z.strictObject(eventFields).check(z.meta({ id: 'PublishEvent' }));

/** For the document only: each event of a batch is judged on its own, so that a bad one does not spoil the rest. */
export const publishBatch = z
  .strictObject({ events: z.array(publishEvent).check(z.minLength(1), z.maxLength(MAX_BATCH_EVENTS)) })
  .check(z.meta({ id: 'PublishBatch' }));

const batchEnvelope = z.strictObject({
  events: z.array(z.unknown()).check(z.minLength(1), z.maxLength(MAX_BATCH_EVENTS)),
});

export type EventFields = z.output<typeof publishEvent>;

export function parsePublish(text: string | undefined): Result<PublishCommand, Failure> {
  const json = parseJson(text);
  if (!json.ok) return json;
  const event = check(publishEvent, json.value);
  return event.ok ? toCommand(event.value, text!, rootSpan(text!)) : event;
}

/** One verdict for each event, in order; a failure of the whole only when there is no list to look at. */
export function parsePublishBatch(
  text: string | undefined,
): Result<readonly Result<PublishCommand, Failure>[], Failure> {
  const json = parseJson(text);
  if (!json.ok) return json;
  if (Array.isArray(json.value)) {
    return fail(invalid(WHOLE_BODY, 'wrong_type', 'put the list into an object: {"events": [...]}'));
  }
  const envelope = check(batchEnvelope, json.value);
  if (!envelope.ok) return envelope;
  const spans = elementSpans(text!, memberSpan(text!, rootSpan(text!), 'events')!);
  return ok(
    envelope.value.events.map((value, index) => {
      const at = `events[${index}].`;
      const event = check(publishEvent, value, { at });
      return event.ok ? toCommand(event.value, text!, spans[index]!, { at }) : event;
    }),
  );
}

const RESERVED = {
  code: 'reserved',
  detail: 'types that begin with "posthorn." tell of the gateway itself; choose another first word',
};

interface Origin {
  /** Goes before every field's name. */
  readonly at?: string;
  /** The gateway itself publishes it, so its type may be one of ours. */
  readonly own?: boolean;
}

/** `object` is where the event's own JSON object stands in the text. */
export function toCommand(
  event: EventFields,
  text: string,
  object: Span,
  { at = '', own = false }: Origin = {},
): Result<PublishCommand, Failure> {
  const errors: FieldError[] = event.headers === undefined ? [] : checkHeaders(event.headers, `${at}headers`);
  if (!own && isOperational(event.type)) errors.push({ field: `${at}type`, ...RESERVED });
  const data = memberSpan(text, object, 'data');
  const wrong = checkBody(event, data, at);
  if (wrong !== undefined) errors.push(wrong);
  if (errors.length > 0) return fail({ kind: 'invalid', errors });
  const body =
    data === undefined
      ? Buffer.from(event.body_base64!, 'base64')
      : Buffer.from(text.slice(data.start, data.end));
  if (body.length > MAX_BODY_BYTES) {
    return fail({
      kind: 'too_large',
      field: at + (data === undefined ? 'body_base64' : 'data'),
      limitBytes: MAX_BODY_BYTES,
    });
  }
  const rememberAs = readDeduplication(event);
  return ok({
    type: event.type,
    ...(event.owner_id !== undefined && { owner: event.owner_id }),
    ...(event.uid !== undefined && { uid: event.uid }),
    ...(typeof event.deliver_at === 'string' && { deliverAt: Date.parse(event.deliver_at) }),
    contentType: event.content_type ?? 'application/json',
    headers: event.headers ?? {},
    body,
    ...(rememberAs !== undefined && { rememberAs }),
  });
}

function checkBody(event: EventFields, data: Span | undefined, at: string): FieldError | undefined {
  const { body_base64: base64, content_type: type } = event;
  const of = (field: string, code: string, detail: string): FieldError => ({
    field: at + field,
    code,
    detail,
  });
  if (data === undefined && base64 === undefined) {
    return of(
      'data',
      'required',
      'is missing; send JSON as "data", or other bytes as "body_base64" with "content_type"',
    );
  }
  if (data !== undefined && base64 !== undefined) {
    return of('body_base64', 'not_allowed', 'send either "data" or "body_base64", not both');
  }
  if (data !== undefined && type !== undefined) {
    return of(
      'content_type',
      'not_allowed',
      'goes with "body_base64" only; "data" is always application/json',
    );
  }
  if (base64 !== undefined && type === undefined) {
    return of(
      'content_type',
      'required',
      'is missing; say what the bytes in "body_base64" are, such as text/plain',
    );
  }
  return base64 === undefined || isBase64(base64)
    ? undefined
    : of(
        'body_base64',
        'bad_base64',
        'is not base64: use A-Z a-z 0-9 + /, padded with "=", without line breaks',
      );
}

/** Strict: Node's decoder skips what it does not know, and bytes would differ from what the publisher meant. */
function isBase64(text: string): boolean {
  return text.length % 4 === 0 && Buffer.from(text, 'base64').toString('base64') === text;
}
