/** How a subscription rewrites what goes out, and the route that tries it. */
import * as z from 'zod/mini';
import { MAX_TRANSFORMATION_BYTES } from '../../domain/rewrite/transformation.ts';
import { eventType, idOf, texts } from './fields.ts';

/** Names are judged after the schema, which has no words for them. */
const forwardFields = {
  method: z.optional(z.boolean()),
  path: z.optional(z.boolean()).check(z.meta({ description: "Behind the endpoint's URL." })),
  query: z.optional(z.boolean()),
  headers: z.optional(z.union([z.literal('*'), z.array(z.string())], 'must be "*" or a list of names')).check(
    z.meta({
      description: 'Names, or `*` for all but credentials, signatures and those of the connection.',
      examples: [['x-github-event']],
    }),
  ),
};

export const forward = z.nullable(z.strictObject(forwardFields)).check(
  z.meta({
    description:
      'What of the call to a source goes out again, beside its body. Replaced whole; null: nothing. Events that were published came with no call.',
  }),
);

export const transformation = z.nullable(z.string()).check(
  z.meta({
    description: `A JSONata expression that gives \`{"body", "headers"?, "content_type"?, "path"?, "query"?}\`; at most ${MAX_TRANSFORMATION_BYTES} bytes. null: none.`,
    examples: ['{"body": {"order": body.id}}'],
  }),
);

export const testTransformation = z
  .strictObject({
    transformation: z.string().check(z.meta({ examples: ['{"body": {"order": body.id}}'] })),
    event_id: z.optional(idOf('evt', 'a stored event, instead of what follows')),
    type: z.optional(eventType),
    method: z.optional(z.string()),
    path: z.optional(z.string()),
    query: z.optional(texts),
    headers: z.optional(texts),
    body: z.optional(z.unknown().check(z.meta({ description: 'Any JSON.' }))),
  })
  .check(z.meta({ id: 'TestTransformation' }));

export const transformationVerdict = z
  .object({
    ok: z.boolean(),
    error: z.optional(
      z.object({
        message: z.string(),
        position: z
          .nullable(z.int())
          .check(z.meta({ description: 'How many characters of the expression had been read.' })),
      }),
    ),
    body: z.optional(z.string().check(z.meta({ description: 'As it would be sent, as text.' }))),
    content_type: z.optional(z.string()),
    headers: z.optional(
      z
        .record(z.string(), z.nullable(z.string()))
        .check(z.meta({ description: 'Added to those of the event; null: taken away.' })),
    ),
    path: z.optional(z.nullable(z.string())),
    query: z.optional(z.nullable(z.string())),
  })
  .check(z.meta({ id: 'TransformationVerdict' }));

export const shownForward = z.nullable(
  z.object({
    method: z.boolean(),
    path: z.boolean(),
    query: z.boolean(),
    headers: z.union([z.literal('*'), z.array(z.string())]),
  }),
);

export type ForwardFields = z.output<typeof forward>;
export type ForwardView = z.output<typeof shownForward>;
export type TestTransformationFields = z.output<typeof testTransformation>;
export type TransformationVerdictView = z.output<typeof transformationVerdict>;
