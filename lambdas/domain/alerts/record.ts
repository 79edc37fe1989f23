/** What was told of an endpoint, and what is written and waits to be sent. */

import type { Endpoint } from '../endpoint.ts';
import type { ErrorCode } from '../error-code.ts';
import type { GaveUp } from '../retry/policy.ts';

/** In the order an outage goes through them; `exhausted` is a digest beside it. */
export type AlertStage =
  | 'opened'
  | 'still_failing'
  | 'disabling_soon'
  | 'disabled'
  | 'recovered'
  | 'exhausted';

export interface Alert {
  /** The same for the same incident and stage, whoever writes it. */
  readonly id: string;
  readonly stage: AlertStage;
  /** When it was written, in milliseconds. */
  readonly at: number;
  /** When the trouble began. */
  readonly since: number;
  readonly cause?: ErrorCode;
  readonly disabledReason?: Endpoint['disabledReason'];
  readonly lastSuccessAt?: number;
  /** When the endpoint can be disabled at the earliest, unless it recovers. */
  readonly disablesAt?: number;
  readonly exhausted?: readonly ExhaustedDelivery[];
  /** How many there were, when not all of them stand here. */
  readonly exhaustedCount?: number;
  /** As it was then. */
  readonly url: string;
  /** Times that its mail or a webhook refused it. */
  readonly tries: number;
  /** Channels that have it already, though others refused it; absent: none. */
  readonly reached?: readonly string[];
  readonly nextTryAt: number;
}

export interface ExhaustedDelivery {
  readonly event: string;
  readonly type: string;
  readonly why: GaveUp;
}

export interface Incident {
  readonly since: number;
  /** When people were told of its beginning. */
  readonly toldAt: number;
  /** Told that it lasts. */
  readonly lasts?: true;
  /** Told that it is over. */
  readonly recoveredAt?: number;
  /** Incidents shortly before this one: each doubles the silence before the next. */
  readonly flaps: number;
}

/** One record an endpoint: what was told, and what was written and is not sent yet. */
export interface AlertRecord {
  readonly endpoint: string;
  readonly incident?: Incident;
  /** When there was so much failure as people were warned of. */
  readonly warnedOf?: number;
  /** The disabling people were told of. */
  readonly disabledAt?: number;
  /** The last hour whose exhausted deliveries were looked at. */
  readonly digestedThrough?: number;
  readonly pending: readonly Alert[];
  /** Whoever sends what is pending; its claim ends by itself. */
  readonly sending?: { readonly token: string; readonly until: number };
  /** 0 when nothing is stored. */
  readonly version: number;
}

export function untold(endpoint: string): AlertRecord {
  return { endpoint, pending: [], version: 0 };
}
