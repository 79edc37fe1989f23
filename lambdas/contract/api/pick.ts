/** Where in a call, or a broker's message, a short text stands: an event's type, or its owner. */
import * as z from 'zod/mini';

const MAX_PATH_LENGTH = 256;

export const pickPath = z.string().check(z.minLength(1), z.maxLength(MAX_PATH_LENGTH));
const pick = (what: string, examples: readonly object[]) =>
  z
    .strictObject({
      value: z.optional(pickPath),
      header: z.optional(pickPath),
      body: z.optional(pickPath.check(z.meta({ description: 'A dotted path, such as `data.object.type`.' }))),
      prefix: z.optional(z.string().check(z.minLength(1), z.maxLength(64))),
      fallback: z.optional(pickPath),
    })
    .check(
      z.refine(
        (given) => [given.value, given.header, given.body].filter((one) => one !== undefined).length === 1,
        'name exactly one of value, header and body',
      ),
      z.meta({
        description: `${what}: a constant \`value\`, the value of a \`header\`, or of a path in the \`body\`; with a \`prefix\` before it, and a \`fallback\` for calls that lack it.`,
        examples: [...examples],
      }),
    );
export const eventTypePick = pick('What its events are called', [
  { header: 'X-GitHub-Event', prefix: 'github' },
  { body: 'type' },
]);
export const ownerPick = pick('Whose events they are', [{ body: 'account.id' }]);

export type PickFields = z.output<typeof eventTypePick>;
