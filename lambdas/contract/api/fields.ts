/** Fields that mean the same wherever they appear. */
import * as z from 'zod/mini';
import { MAX_ALERT_EMAILS } from '../../domain/endpoint.ts';
import { MEDIA_TYPE_SHAPE } from '../../domain/headers.ts';
import { LABEL_SHAPE, MAX_LABEL_LENGTH } from '../../domain/label.ts';
import { EVENT_TYPE_PATTERN_SHAPE, EVENT_TYPE_SHAPE, MAX_EVENT_TYPE_LENGTH } from '../../domain/routing.ts';

export const MAX_EVENT_TYPES = 100;

export const eventType = z
  .string()
  .check(
    z.maxLength(MAX_EVENT_TYPE_LENGTH),
    z.regex(
      EVENT_TYPE_SHAPE,
      'use words of letters, digits, "_" and "-" joined by dots, such as invoice.paid',
    ),
    z.meta({ description: 'What happened, such as `invoice.paid`.', examples: ['invoice.paid'] }),
  );

export const eventTypePattern = z
  .string()
  .check(
    z.maxLength(MAX_EVENT_TYPE_LENGTH),
    z.regex(
      EVENT_TYPE_PATTERN_SHAPE,
      'use an event type such as invoice.paid, a prefix such as invoice.*, or *',
    ),
    z.meta({ description: 'An event type, a prefix such as `invoice.*`, or `*`.', examples: ['invoice.*'] }),
  );

export const eventTypes = z
  .array(eventTypePattern)
  .check(
    z.minLength(1),
    z.maxLength(MAX_EVENT_TYPES),
    z.meta({ description: 'Which events it gets.', examples: [['invoice.*', 'customer.created']] }),
  );

/** Somebody else's name for something. */
function label(description: string, example: string) {
  return z
    .string()
    .check(
      z.minLength(1),
      z.maxLength(MAX_LABEL_LENGTH),
      z.regex(LABEL_SHAPE, 'use printable ASCII without spaces at the ends'),
      z.meta({ description, examples: [example] }),
    );
}

export const ownerId = label('Your customer: who owns the endpoint, or whom the event is for.', 'cus_4711');
export const uid = label(
  'Your own id of the event. Publishing it again within 72 hours is a repeat.',
  'inv-1-paid',
);

export const contentType = z
  .string()
  .check(
    z.maxLength(MAX_LABEL_LENGTH),
    z.regex(MEDIA_TYPE_SHAPE, 'use a media type such as text/plain or application/xml; charset=utf-8'),
    z.meta({ description: 'Media type of the body.', examples: ['application/xml'] }),
  );

export const headers = z.record(z.string(), z.string()).check(
  z.meta({
    description: 'Extra request headers. Those the gateway sets itself are refused.',
    examples: [{ 'X-Tenant': 'acme' }],
  }),
);

/** What SES takes without quoting. Whether anybody reads it is found out by writing. */
const EMAIL_SHAPE =
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}$/;
const MAX_EMAIL_LENGTH = 254;

export const alertEmails = z
  .array(
    z
      .string()
      .check(
        z.maxLength(MAX_EMAIL_LENGTH),
        z.regex(EMAIL_SHAPE, 'use an e-mail address such as ops@example.com, without a name'),
      ),
  )
  .check(
    z.maxLength(MAX_ALERT_EMAILS),
    z.meta({
      description:
        "Who is mailed when the endpoint fails. Empty: nobody. null or left out: the project's people.",
      examples: [['ops@example.com']],
    }),
  );

const A_ULID = '01KDQ3J0000000000000000000';

/** An id of ours; its shape is judged where it is looked up, so that a wrong one is "not found". */
export function idOf(prefix: string, of: string) {
  const tail = prefix === 'evt' || prefix === 'req' ? 'B0' : '';
  return z.string().check(z.meta({ description: `Id of ${of}.`, examples: [`${prefix}_${A_ULID}${tail}`] }));
}

export const time = z.string().check(
  z.meta({
    description: 'ISO 8601, UTC, milliseconds.',
    format: 'date-time',
    examples: ['2026-11-23T12:00:00.000Z'],
  }),
);

/** As headers and queries are given to what tries filters and transformations. */
export const texts = z.record(
  z.string(),
  z.union([z.string(), z.array(z.string())], 'must be text or a list of texts'),
);
