/** Events from the publish queue. What can't be accepted is kept as a rejected request, never dropped and never retried. */
import { parseQueuedMessage, type QueuedEvent } from '../../contract/api/queued-message.ts';
import { describeFailure } from '../../domain/describe-failure.ts';
import type { Failure } from '../../domain/failure.ts';
import { headersOfWay } from '../../domain/hops.ts';
import { newHomedId, randomFrom } from '../../domain/ids.ts';
import { DEFAULT_EVENT_SHARDS, type Project, UNASSIGNED_PROJECT } from '../../domain/project.ts';
import { MAX_KEPT_REQUEST_BYTES } from '../../domain/request.ts';
import { fail, ok } from '../../domain/result.ts';
import type { ProjectReader } from '../../ports/config.ts';
import type { RequestWriter } from '../../ports/request-log.ts';
import { type Disposition, DONE, faultBackoffMs } from '../deliver/disposition.ts';
import { type FanoutDeps, fanOut } from './fanout.ts';
import { type PublishDeps, publishEvents } from './publish.ts';

export type IntakeQueueDeps = PublishDeps &
  FanoutDeps & { readonly projects: ProjectReader; readonly requests: RequestWriter };

export interface IntakeMessage {
  /** The queue's id of the message: a redelivery has the same, and so makes the same event. */
  readonly id: string;
  readonly body: string;
  /** Names in lower case. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly receives: number;
  readonly sentAt: number;
}

/** Never throws: a fault of ours returns the messages it touched, later each time. */
export async function takeIn(
  deps: IntakeQueueDeps,
  messages: readonly IntakeMessage[],
): Promise<ReadonlyMap<string, Disposition>> {
  const events: { message: IntakeMessage; event: QueuedEvent }[] = [];
  const work: Promise<[IntakeMessage, Disposition]>[] = [];
  for (const message of messages) {
    const parsed = readMessage(message);
    if (!parsed.ok) {
      work.push(guarded(deps, message, () => reject(deps, message, parsed.failure.project, parsed.failure)));
    } else if (parsed.value.kind === 'fanout') {
      const task = parsed.value.task;
      work.push(guarded(deps, message, () => fanOut(deps, task, message.receives > 1)));
    } else {
      events.push({ message, event: parsed.value });
    }
  }
  for (const [project, some] of Map.groupBy(events, ({ event }) => event.project)) {
    const shared = publishFor(deps, project, some);
    for (const [index, { message }] of some.entries()) {
      work.push(
        guarded(deps, message, async () => {
          const failure = (await shared)[index];
          if (failure !== undefined) await reject(deps, message, project, failure);
        }),
      );
    }
  }
  return new Map((await Promise.all(work)).map(([message, disposition]) => [message.id, disposition]));
}

/** An event that was delivered into this queue goes on with what tells how often. */
function readMessage({ body, attributes }: IntakeMessage): ReturnType<typeof parseQueuedMessage> {
  const parsed = parseQueuedMessage(body);
  if (!parsed.ok || parsed.value.kind === 'fanout') return parsed;
  const { project, command } = parsed.value;
  const way = headersOfWay(attributes);
  if (!way.ok) return fail({ ...way.failure, project });
  return ok({ ...parsed.value, command: { ...command, headers: { ...command.headers, ...way.value } } });
}

async function guarded(
  deps: IntakeQueueDeps,
  message: IntakeMessage,
  act: () => Promise<void>,
): Promise<[IntakeMessage, Disposition]> {
  try {
    await act();
    return [message, DONE];
  } catch (cause) {
    deps.log.error('intake.fault', { message: message.id, receives: message.receives, cause: String(cause) });
    return [message, { do: 'again', inMs: faultBackoffMs(message.receives) }];
  }
}

/** One publish for all of a project's events in the batch; the failure of each that was refused, in order. */
async function publishFor(
  deps: IntakeQueueDeps,
  id: string,
  some: readonly { message: IntakeMessage; event: QueuedEvent }[],
): Promise<readonly (Failure | undefined)[]> {
  const project = await deps.projects.project(id);
  if (project === undefined) {
    const failure: Failure = { kind: 'not_found', what: 'project', id };
    return some.map(() => failure);
  }
  const commands = some.map(({ message, event }) => ({
    ...event.command,
    id: newHomedId('evt', message.sentAt, randomFrom(message.id), {
      region: deps.region,
      shards: project.eventShards,
    }),
  }));
  const results = await publishEvents(deps, project, commands, 'queue');
  return results.map((result) => (result.ok ? undefined : result.failure));
}

async function reject(
  deps: IntakeQueueDeps,
  message: IntakeMessage,
  claimed: string | undefined,
  failure: Failure,
): Promise<void> {
  const project: Project | undefined =
    claimed === undefined ? undefined : await deps.projects.project(claimed);
  const body = Buffer.from(message.body);
  const home = { region: deps.region, shards: project?.eventShards ?? DEFAULT_EVENT_SHARDS };
  const { detail, errors } = describeFailure(failure);
  await deps.requests.putRequest({
    id: newHomedId('req', message.sentAt, randomFrom(message.id), home),
    project: project?.id ?? UNASSIGNED_PROJECT,
    source: 'queue',
    messageId: message.id,
    verdict: 'rejected',
    reason: detail,
    errors,
    body: body.subarray(0, MAX_KEPT_REQUEST_BYTES),
    truncated: body.length > MAX_KEPT_REQUEST_BYTES,
    receivedAt: message.sentAt,
  });
  deps.log.warn('intake.rejected', {
    message: message.id,
    project: project?.id ?? 'unassigned',
    reason: detail,
  });
}
