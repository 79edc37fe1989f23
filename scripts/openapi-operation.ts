import type * as z from 'zod/mini';

/** What the route table does not know of a route: its words and its schemas. */
export interface Operation {
  readonly tag: 'Events' | 'Endpoints' | 'Subscriptions' | 'Deliveries' | 'Sources' | 'Requests' | 'Gateway';
  readonly summary: string;
  readonly description?: string;
  readonly query?: z.ZodMiniObject;
  readonly body?: z.ZodMiniType;
  readonly bodyMayBeEmpty?: true;
  readonly status: 200 | 201 | 202 | 204;
  /** What the answer says, in words. */
  readonly answers: string;
  readonly answer?: z.ZodMiniType;
}
