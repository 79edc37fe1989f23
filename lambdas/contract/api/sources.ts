import * as z from 'zod/mini';
import { MAX_ROTATION_OVERLAP_SECONDS } from '../../domain/endpoint.ts';
import { PRESET_NAMES } from '../../domain/inbound/presets/preset.ts';
import { ENVELOPE_PRESETS } from '../../domain/inbound/unwrap.ts';
import { MAX_ANSWER_CHARACTERS, MAX_DEDUPLICATION_SECONDS, MAX_SOURCE_SECRETS } from '../../domain/source.ts';
import { contentType, idOf, time } from './fields.ts';
import { pageFields, pagination } from './lists.ts';
import { eventTypePick, ownerPick, pickPath } from './pick.ts';

const MAX_NAME_LENGTH = 100;
/** A PEM key of 4,096 bits, or a small JWKS. */
const MAX_SECRET_LENGTH = 8192;
const MAX_FIELDS = 10;
const MAX_URL_LENGTH = 1024;

const name = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(MAX_NAME_LENGTH),
    z.meta({ description: 'For people.', examples: ['GitHub, main organisation'] }),
  );
/** Its options are judged by the preset's own rules. */
const verification = z.looseObject({ preset: z.string() }).check(
  z.meta({
    description: `How the sender proves who it is: one of ${PRESET_NAMES.join(', ')}, with options of that preset.`,
    examples: [{ preset: 'github' }, { preset: 'stripe', tolerance_seconds: 300 }],
  }),
);
const secret = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(MAX_SECRET_LENGTH),
    z.meta({ description: 'As the sender shows it: a secret, a token, or a public key.' }),
  );
const secrets = z
  .array(secret)
  .check(
    z.maxLength(MAX_SOURCE_SECRETS),
    z.meta({ description: 'Any of them may have signed: more than one while they are changed.' }),
  );
const deduplication = z
  .strictObject({
    by: z.enum(['auto', 'delivery_id', 'body', 'fields', 'none']),
    fields: z.optional(
      z
        .array(
          pickPath.check(z.regex(/^(headers|body)\./, 'begin with "headers." or "body.", such as body.id')),
        )
        .check(z.minLength(1), z.maxLength(MAX_FIELDS)),
    ),
    window_seconds: z.optional(z.int().check(z.gte(1), z.lte(MAX_DEDUPLICATION_SECONDS))),
  })
  .check(
    z.refine(
      (given) => (given.by === 'fields') === (given.fields !== undefined),
      'give fields with by: "fields", and with nothing else',
    ),
    z.meta({
      description:
        'When two calls are one. `auto`: by the sender’s id, or by the signed bytes where the scheme signs no time. For 72 hours unless said otherwise.',
      examples: [{ by: 'fields', fields: ['body.id'], window_seconds: 86_400 }],
    }),
  );
const answer = z
  .strictObject({
    status: z.int().check(z.gte(200), z.lte(299)),
    content_type: z.optional(contentType),
    body: z.optional(z.string().check(z.maxLength(MAX_ANSWER_CHARACTERS))),
  })
  .check(
    z.meta({
      description: 'What the sender is answered when its call became an event, or repeats one.',
      examples: [{ status: 200, content_type: 'text/plain', body: '[accepted]' }],
    }),
  );
const content = z.enum(['message', 'call']).check(
  z.meta({
    description: `With the presets ${ENVELOPE_PRESETS.join(' and ')}: whether an event is the message a call carries, or the call as it came. Default \`message\`.`,
  }),
);
const publicUrl = z.string().check(
  z.maxLength(MAX_URL_LENGTH),
  z.regex(/^https?:\/\/[^\s?#]+$/, 'use a whole URL without a query'),
  z.meta({
    description:
      'The address the sender was given, when it isn’t `url` but one in front of it: Twilio, Square and HubSpot sign it.',
  }),
);

export const createSource = z
  .strictObject({
    name,
    verification,
    secrets: z.optional(secrets),
    event_type: z.optional(eventTypePick),
    owner_id: z.optional(ownerPick),
    deduplication: z.optional(deduplication),
    content: z.optional(content),
    answer: z.optional(answer),
    public_url: z.optional(publicUrl),
  })
  .check(z.meta({ id: 'CreateSource' }));

/** Merge patch: null takes an optional field away. */
export const updateSource = z
  .strictObject({
    name: z.optional(name),
    verification: z.optional(verification.check(z.meta({ description: 'Replaced whole.' }))),
    secrets: z.optional(secrets.check(z.meta({ description: 'Replaces all of them at once.' }))),
    event_type: z.optional(z.nullable(eventTypePick)),
    owner_id: z.optional(z.nullable(ownerPick)),
    deduplication: z.optional(z.nullable(deduplication)),
    content: z.optional(z.nullable(content)),
    answer: z.optional(z.nullable(answer)),
    public_url: z.optional(z.nullable(publicUrl)),
  })
  .check(z.meta({ id: 'UpdateSource' }));

export const UPDATE_SOURCE_HINTS = { status: 'use the actions enable and disable' };

export const rotateSourceSecret = z
  .strictObject({
    secret,
    overlap_seconds: z.optional(
      z
        .int()
        .check(
          z.gte(0),
          z.lte(MAX_ROTATION_OVERLAP_SECONDS),
          z.meta({ description: 'How long the old ones are believed beside the new one. Default a day.' }),
        ),
    ),
  })
  .check(z.meta({ id: 'RotateSourceSecret' }));

export const listSources = z.strictObject(pageFields);

export const source = z
  .object({
    id: idOf('src', 'the source'),
    url: z.string().check(z.meta({ description: 'What to give to the sender.' })),
    name,
    status: z.enum(['enabled', 'disabled']),
    verification,
    secrets: z
      .array(
        z.object({
          hint: z.string().check(z.meta({ description: 'Its end, to know it again by.' })),
          expires_at: z.nullable(time),
        }),
      )
      .check(z.meta({ description: 'Newest first; never shown whole.' })),
    event_type: eventTypePick,
    owner_id: z.nullable(ownerPick),
    deduplication,
    content: z.nullable(content),
    answer: z.nullable(answer),
    public_url: z.nullable(publicUrl),
    warnings: z
      .array(z.string())
      .check(z.meta({ description: 'What keeps it from working, or from being safe.' })),
    created_at: time,
    updated_at: time,
  })
  .check(z.meta({ id: 'Source' }));

export const sourceList = z.object({ data: z.array(source), pagination }).check(z.meta({ id: 'SourceList' }));

export type CreateSourceFields = z.output<typeof createSource>;
export type SourcePatch = z.output<typeof updateSource>;
export type SourceView = z.output<typeof source>;
export type DeduplicationFields = z.output<typeof deduplication>;
export type AnswerFields = z.output<typeof answer>;
