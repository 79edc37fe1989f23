import type { HttpResult } from '../domain/delivery/outcome.ts';
import type { Destination, DestinationKind } from '../domain/destination/destination.ts';
import type { DestinationError } from '../domain/error-code.ts';
import type { EventToSend } from '../domain/event.ts';

/** Sends one event to a receiver inside AWS. Never throws: every way it can end is a result. */
export interface DestinationSender {
  send(order: DestinationOrder): Promise<HttpResult>;
}

export interface DestinationOrder {
  readonly destination: Destination;
  /** Whose external id a role is shown. */
  readonly project: string;
  readonly event: EventToSend;
  /** Every header of this attempt, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** One deadline over credentials and call. */
  readonly timeoutMs: number;
}

/** Of a role that was taken on. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds. */
  readonly expiresAt: number;
}

/** Takes on a role; rejects with the service's own error. */
export type AssumeRole = (role: string, externalId: string, signal: AbortSignal) => Promise<RoleCredentials>;

/** One call to one service. */
export interface ServiceCall<D extends Destination = Destination> {
  readonly destination: D;
  readonly event: EventToSend;
  readonly headers: Readonly<Record<string, string>>;
  readonly place: ClientPlace;
  readonly signal: AbortSignal;
}

export type ServiceAnswer =
  | {
      readonly kind: 'taken';
      readonly statusCode: number;
      readonly requestId?: string | undefined;
      /** What the service, or the function, said. */
      readonly body: Uint8Array;
    }
  | { readonly kind: 'refused'; readonly error: DestinationError | 'our_fault'; readonly detail: string };

/** Sends by one service; rejects with the service's own error. */
export type CallService<D extends Destination = Destination> = (
  call: ServiceCall<D>,
) => Promise<ServiceAnswer>;

/** How each kind is sent. Loading waits until the first is needed: most gateways never need most of them. */
export type ServiceCalls = {
  readonly [Kind in DestinationKind]: () => Promise<CallService<Extract<Destination, { kind: Kind }>>>;
};

/** Where a client works, and as whom. */
export interface ClientPlace {
  readonly region: string;
  /** Absent: our own. */
  readonly credentials?: RoleCredentials;
}

/** What all clients have in common. */
export interface ClientSettings {
  readonly maxAttempts: number;
  readonly requestHandler: { readonly connectionTimeout: number };
}
