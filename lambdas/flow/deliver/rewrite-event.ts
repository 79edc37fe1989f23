/** What goes out of an event that came through a rewriting subscription. */

import type { HttpResult } from '../../domain/delivery/outcome.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import type { EventToSend } from '../../domain/event.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import { type Outgoing, outgoingOf } from '../../domain/rewrite/rewrite.ts';
import { sayFault } from '../../domain/rewrite/say-fault.ts';
import {
  readTransformed,
  type TransformedParts,
  transformationInput,
} from '../../domain/rewrite/transformation.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Transformer } from '../../ports/transformer.ts';
import type { CachedSubscriptions } from './cached-subscriptions.ts';

export interface Rewriting {
  readonly subscriptions: CachedSubscriptions;
  readonly transformer: Transformer;
}

export type Rewritten =
  | { readonly do: 'send'; readonly outgoing: Outgoing }
  /** What came of it can't be sent: an attempt without a request. */
  | { readonly do: 'hold'; readonly result: Extract<HttpResult, { kind: 'no_response' }> }
  /** Its subscription was deleted. */
  | { readonly do: 'cancel' };

/**
 * Evaluated anew for each attempt, so that a change to the subscription is in the next one.
 * @param via the subscription; undefined: the event goes out as it is
 * @throws when the fault is ours
 */
export async function rewriteEvent(
  deps: { readonly clock: Clock; readonly rewriting: Rewriting },
  event: EventToSend,
  endpoint: Endpoint,
  via: string | undefined,
): Promise<Rewritten> {
  if (via === undefined) return { do: 'send', outgoing: { event, url: endpoint.url, method: 'POST' } };
  const subscription = await deps.rewriting.subscriptions.subscription(endpoint.project, via);
  if (subscription === undefined) return { do: 'cancel' };
  const startedAt = deps.clock.now();
  const { transformation } = subscription;
  const made =
    transformation === undefined
      ? ok(undefined)
      : await transform(deps.rewriting.transformer, transformation, event, endpoint.project);
  const outgoing = made.ok ? outgoingOf(event, endpoint, subscription, made.value) : made;
  if (outgoing.ok) return { do: 'send', outgoing: outgoing.value };
  // The clock may have been set back.
  const durationMs = Math.max(0, deps.clock.now() - startedAt);
  const error = 'transformation_failed';
  return {
    do: 'hold',
    result: { kind: 'no_response', error, detail: outgoing.failure, durationMs, phases: {} },
  };
}

/** Or, in words, why nothing that can be sent came of it. */
async function transform(
  transformer: Transformer,
  expression: string,
  event: Parameters<typeof transformationInput>[0],
  project: string,
): Promise<Result<TransformedParts, string>> {
  const input = transformationInput(event);
  if (!input.ok) return input;
  const transformed = await transformer.run(expression, input.value, project);
  return transformed.ok ? readTransformed(transformed.json) : fail(sayFault(expression, transformed.fault));
}
