/**
 * Queue messages between our functions. Contracts: old and new code run together during a deploy, so a field is
 * added as optional, never renamed, and `v` grows only when old code must not touch a message.
 */
import type { ExhaustedDelivery } from '../domain/alerts/record.ts';
import type { EventToSend } from '../domain/event.ts';

/** "Deliver this event to this endpoint." */
export interface DeliveryTask {
  readonly v: 1;
  readonly project: string;
  readonly event: string;
  readonly endpoint: string;
  readonly type: string;
  readonly owner?: string;
  /** The subscription that has it go out rewritten. */
  readonly via?: string;
  /** When the subscription that it waits for was changed, in milliseconds: held before, it is rewritten again. */
  readonly mended?: number;
  /** Another task for the same delivery may exist: claim before sending. */
  readonly mayRepeat?: true;
  /** A drain let it go as part of a recovering endpoint's round. */
  readonly paced?: true;
  /** When its endpoint's rate limit lets it go, in milliseconds since 1970: reserved for it. */
  readonly slot?: number;
  /** The limit that gave the slot: under another one it is worth nothing. */
  readonly slotOf?: string;
  /** Small events ride along, which saves reading them. */
  readonly inline?: InlineEvent;
}

/** `EventToSend` in JSON; the body in base64. */
export interface InlineEvent {
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** "Route this stored event to the next page of matching endpoints." Travels in the publish queue. */
export interface FanoutTask {
  readonly v: 1;
  readonly kind: 'fanout';
  readonly project: string;
  readonly event: string;
  readonly type: string;
  readonly owner?: string;
  /** Chunk to make. */
  readonly index: number;
  /** Where its page starts; absent for the first. */
  readonly cursor?: string;
  /** The endpoint in the middle of whose subscriptions the page starts was matched by an earlier one of them. */
  readonly matched?: true;
  readonly mayRepeat?: true;
}

/** "Drain this endpoint's backlog now." */
export interface WakeTask {
  readonly v: 1;
  readonly project: string;
  readonly endpoint: string;
  /** Whose ledger row is settled when the drain is done; absent for a wake nobody armed (resume, manual retry). */
  readonly minute?: number;
  /** Its ledger row is that of a recovery. */
  readonly recovery?: true;
  /** Release held deliveries too: the endpoint was enabled. */
  readonly release?: true;
  /** Release what waits for this subscription, which was changed or deleted then; without `via` for any. */
  readonly mended?: { readonly via?: string; readonly at: number };
  /** All of them without a pace: the endpoint has proved that it keeps up. */
  readonly recovered?: true;
  /** Continue a drain after this backlog position. */
  readonly after?: string;
}

/** Ten tasks must fit into one 64 KB billing unit of SQS, so each may use a tenth of it. */
export const MAX_INLINE_TASK_BYTES = 6_300;

/** A task without the event: for deliveries tried before, whose next attempt is seldom the one that matters for speed. */
export function bareTask(
  event: { readonly id: string; readonly project: string; readonly type: string; readonly owner?: string },
  endpoint: string,
  mayRepeat = false,
  via?: string,
): DeliveryTask {
  return {
    v: 1,
    project: event.project,
    event: event.id,
    endpoint,
    type: event.type,
    ...(event.owner !== undefined && { owner: event.owner }),
    ...(via !== undefined && { via }),
    ...(mayRepeat && { mayRepeat }),
  };
}

/** Makes a task; the event rides along when the whole stays small. What is rewritten with what it came in is read with that. */
export function deliveryTask(
  event: EventToSend & { readonly project: string },
  endpoint: string,
  mayRepeat = false,
  via?: string,
): DeliveryTask {
  const bare = bareTask(event, endpoint, mayRepeat, via);
  if (via !== undefined && (event.inbound ?? event.broker) !== undefined) return bare;
  if (event.body.length > MAX_INLINE_TASK_BYTES) return bare;
  const body = Buffer.from(event.body).toString('base64');
  const full: DeliveryTask = {
    ...bare,
    inline: { contentType: event.contentType, headers: event.headers, body },
  };
  return Buffer.byteLength(JSON.stringify(full)) <= MAX_INLINE_TASK_BYTES ? full : bare;
}

/** The event inside a task, or undefined when it has to be read. */
export function inlineEvent(task: DeliveryTask): EventToSend | undefined {
  if (task.inline === undefined) return undefined;
  return {
    id: task.event,
    type: task.type,
    ...(task.owner !== undefined && { owner: task.owner }),
    contentType: task.inline.contentType,
    headers: task.inline.headers,
    body: Buffer.from(task.inline.body, 'base64'),
  };
}

/** "Look whether there is something to tell this endpoint's owner." */
export interface AlertTask {
  readonly v: 1;
  readonly project: string;
  readonly endpoint: string;
  /** Whose ledger row is settled when that is done; absent when something just happened. */
  readonly minute?: number;
  /** Deliveries given up just now, whose operational events need not wait for their digest. */
  readonly exhausted?: readonly ExhaustedDelivery[];
}
