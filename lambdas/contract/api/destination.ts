/** Receivers inside AWS as the API writes them. */
import * as z from 'zod/mini';
import { MAX_ARN_LENGTH } from '../../domain/destination/arn.ts';
import { DEFAULT_BUS_SOURCE, DESTINATION_ARNS } from '../../domain/destination/destination.ts';
import type { Hints } from './check.ts';

const MAX_SOURCE_LENGTH = 256;

function arn(description: string, example: string) {
  return z.string().check(z.maxLength(MAX_ARN_LENGTH), z.meta({ description, examples: [example] }));
}

/** What it is and where: each kind has fields of its own. */
const place = {
  kind: z
    .enum(['sqs', 'sns', 'eventbridge', 'lambda'])
    .check(z.meta({ description: 'Which of the ARNs below says where deliveries go.', examples: ['sqs'] })),
  queue_arn: z.optional(arn('`sqs`: a queue, standard or FIFO.', DESTINATION_ARNS.sqs.example)),
  topic_arn: z.optional(arn('`sns`: a topic, standard or FIFO.', DESTINATION_ARNS.sns.example)),
  event_bus_arn: z.optional(arn('`eventbridge`: an event bus.', DESTINATION_ARNS.eventbridge.example)),
  function_arn: z.optional(
    arn('`lambda`: a function, or a version or alias of one.', DESTINATION_ARNS.lambda.example),
  ),
  source: z.optional(
    z.string().check(
      z.minLength(1),
      z.maxLength(MAX_SOURCE_LENGTH),
      z.regex(/^(?!aws\.)[\x21-\x7e]+$/, 'use printable ASCII without spaces, not beginning with "aws."'),
      z.meta({
        description: `\`eventbridge\`: \`source\` of its events. Default \`${DEFAULT_BUS_SOURCE}\`.`,
      }),
    ),
  ),
  invocation: z.optional(
    z.enum(['Event', 'RequestResponse']).check(
      z.meta({
        description:
          '`lambda`: `Event` is delivered once Lambda has queued it, `RequestResponse` once the function has returned. Default `Event`.',
      }),
    ),
  ),
};
const roleArn = arn(
  'The role that may send there: one of the setting `destinationRoles`. Without it the gateway itself sends, to what the setting `destinations` lists.',
  'arn:aws:iam::123456789012:role/posthorn',
);

export const destination = z
  .strictObject({
    ...place,
    role_arn: z.optional(roleArn),
  })
  .check(
    z.meta({
      id: 'Destination',
      description: 'A receiver inside AWS, in place of a URL. Changed whole.',
      examples: [{ kind: 'sqs', queue_arn: DESTINATION_ARNS.sqs.example }],
    }),
  );

/** As it is kept: with what was filled in, and what a role's trust policy has to ask for. */
export const shownDestination = z
  .object({
    ...place,
    role_arn: z.nullable(roleArn),
    external_id: z.string().check(
      z.meta({
        description:
          'Shown whenever a role is taken on: let its trust policy ask for it as `sts:ExternalId`.',
        examples: ['posthorn-prj_01KDQ3J0000000000000000000'],
      }),
    ),
  })
  .check(z.meta({ id: 'ShownDestination' }));

export const DESTINATION_HINTS: Hints = {
  queue_url: `give the queue's ARN as queue_arn, such as ${DESTINATION_ARNS.sqs.example}`,
  external_id: 'it follows from the project and is shown in answers; leave it out',
};

export type DestinationFields = z.output<typeof destination>;
export type DestinationView = z.output<typeof shownDestination>;
