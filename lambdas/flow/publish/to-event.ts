/** The event that a checked command makes, before it is stored. */
import { type BodyPlace, type Event, type EventSource, placeOfBody } from '../../domain/event.ts';
import { fingerprint } from '../../domain/idempotency.ts';
import { homeOf } from '../../domain/ids.ts';
import type { Project } from '../../domain/project.ts';
import type { PublishCommand } from '../../domain/publish-command.ts';
import type { Match } from './match.ts';

/** @param id it names the event's place and time, so a repeat makes the same event */
export function toEvent(
  project: Project,
  command: PublishCommand,
  source: EventSource,
  match: Match,
  id: string,
): Event {
  const { deliverAt } = command;
  const later = deliverAt !== undefined && deliverAt > homeOf('evt', id).timeMs;
  return {
    id,
    project: project.id,
    ...(command.owner !== undefined && { owner: command.owner }),
    type: command.type,
    source,
    ...(command.uid !== undefined && { uid: command.uid }),
    contentType: command.contentType,
    headers: command.headers,
    body: placeOf(command),
    matches: match.kind === 'direct' ? { ...match, kind: 'listed' } : { kind: 'chunked' },
    ...(command.inbound !== undefined && { inbound: command.inbound }),
    ...(command.broker !== undefined && { broker: command.broker }),
    ...(later && { deliverAt }),
    createdAt: homeOf('evt', id).timeMs,
  };
}

function placeOf({ body, rememberAs }: PublishCommand): BodyPlace {
  if (placeOfBody(body) === 'inline') return { at: 'inline', bytes: body };
  // Under a key of deduplication another call may be writing another body for the same event at this moment.
  return {
    at: 'bucket',
    size: body.length,
    ...(rememberAs !== undefined && { digest: fingerprint([body]) }),
  };
}
