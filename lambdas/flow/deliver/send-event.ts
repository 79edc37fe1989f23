/** One signed event to one endpoint, by the way its kind is reached. */

import type { HttpResult } from '../../domain/delivery/outcome.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import type { EventToSend } from '../../domain/event.ts';
import { deliveryHeaders } from '../../domain/headers.ts';
import type { EgressAllowance } from '../../domain/project.ts';
import type { DeliveryMethod } from '../../domain/rewrite/forward.ts';
import type { DestinationSender } from '../../ports/destinations.ts';
import type { HttpCaller } from '../../ports/http-caller.ts';

export interface SendEventDeps {
  readonly http: HttpCaller;
  readonly destinations: DestinationSender;
}

export interface EventOrder {
  readonly event: EventToSend;
  /** The endpoint's, or what a subscription made of it. */
  readonly url: string;
  readonly method: DeliveryMethod;
  readonly endpoint: Endpoint;
  readonly allowance: EgressAllowance;
  /** When the attempt began, in milliseconds: the signature's time. */
  readonly at: number;
  readonly timeoutMs: number;
}

export function sendEvent(deps: SendEventDeps, order: EventOrder): Promise<HttpResult> {
  const { event, url, method, endpoint, timeoutMs, allowance } = order;
  const { project, destination } = endpoint;
  const headers = deliveryHeaders(event, endpoint, order.at);
  return destination === undefined
    ? deps.http.post({ url, method, headers, body: event.body, timeoutMs, allowance })
    : deps.destinations.send({ destination, project, event, headers, timeoutMs });
}
