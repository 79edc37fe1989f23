/** A message of the publish queue: an event with its project, or one of our own fan-out tasks. */
import * as z from 'zod/mini';
import type { Failure } from '../../domain/failure.ts';
import { MAX_IDEMPOTENCY_KEY_LENGTH } from '../../domain/idempotency.ts';
import { isId } from '../../domain/ids.ts';
import { rootSpan } from '../../domain/json-span.ts';
import { isOwnMessage } from '../../domain/operational-type.ts';
import type { PublishCommand } from '../../domain/publish-command.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import { parseFanoutTask } from '../parse-task.ts';
import type { FanoutTask } from '../tasks.ts';
import { check, parseJson } from './check.ts';
import { idOf } from './fields.ts';
import { eventFields, toCommand } from './publish.ts';

export interface QueuedEvent {
  readonly kind: 'event';
  readonly project: string;
  readonly command: PublishCommand;
}

export interface QueuedFanout {
  readonly kind: 'fanout';
  readonly task: FanoutTask;
}

/** `project` is set when the message names one, so that its owner can see what was refused. */
export type QueuedFailure = Failure & { readonly project?: string };

const NEEDS_PROJECT = 'name the project the event belongs to, such as prj_01KDQ3J0000000000000000000';

export const queuedEvent = z
  .strictObject({
    project_id: idOf('prj', 'the project').check(z.refine((id) => isId('prj', id), NEEDS_PROJECT)),
    idempotency_key: z.optional(
      z
        .string()
        .check(
          z.minLength(1),
          z.maxLength(MAX_IDEMPOTENCY_KEY_LENGTH),
          z.meta({ description: 'The same key and event again within 72 hours is a repeat.' }),
        ),
    ),
    ...eventFields,
  })
  .check(z.meta({ id: 'QueuedEvent' }));

export function parseQueuedMessage(text: string): Result<QueuedEvent | QueuedFanout, QueuedFailure> {
  const json = parseJson(text);
  if (!json.ok) return json;
  const task = parseFanoutTask(json.value);
  if (task !== undefined) return ok({ kind: 'fanout', task });
  const named = projectOf(json.value);
  const refused = (failure: Failure) => fail({ ...failure, ...(named !== undefined && { project: named }) });
  const event = check(queuedEvent, json.value);
  if (!event.ok) return refused(event.failure);
  const { project_id: project, idempotency_key: key, ...fields } = event.value;
  const own = isOwnMessage(fields.type, key);
  const command = toCommand(fields, text, rootSpan(text), { own });
  if (!command.ok) return refused(command.failure);
  return ok({
    kind: 'event',
    project,
    command: { ...command.value, ...(key !== undefined && { idempotencyKey: `q:${key}` }) },
  });
}

function projectOf(value: unknown): string | undefined {
  const id = (value as { readonly project_id?: unknown } | null)?.project_id;
  return typeof id === 'string' && isId('prj', id) ? id : undefined;
}
