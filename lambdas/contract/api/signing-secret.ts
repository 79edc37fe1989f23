/** The secrets an endpoint's deliveries are signed with. */
import * as z from 'zod/mini';
import { MAX_ROTATION_OVERLAP_SECONDS } from '../../domain/endpoint.ts';
import { isSecret } from '../../domain/sign.ts';
import { idOf, time } from './fields.ts';

export const signingSecret = z.string().check(
  z.refine(isSecret, 'use whsec_ and base64 of 24 to 64 bytes, or leave it out and one is made'),
  z.meta({
    description: 'Signing secret: `whsec_` and base64 of 24 to 64 bytes. Made for you when left out.',
  }),
);

export const rotateSecret = z
  .strictObject({
    overlap_seconds: z.optional(
      z
        .int()
        .check(
          z.gte(0),
          z.lte(MAX_ROTATION_OVERLAP_SECONDS),
          z.meta({ description: 'How long the old secret signs beside the new one. Default a day.' }),
        ),
    ),
    secret: z.optional(signingSecret),
  })
  .check(z.meta({ id: 'RotateSecret' }));

export const rotatedSecret = z
  .object({
    id: idOf('ep', 'the endpoint'),
    secret: z.string().check(z.meta({ description: 'Signs from now on. Shown this once.' })),
    previous_secrets_sign_until: z.nullable(time),
  })
  .check(z.meta({ id: 'RotatedSecret' }));
