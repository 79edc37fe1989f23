import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { KeyAllowance } from '../domain/limits/key-rate.ts';
import type { Caller } from '../ports/use-case.ts';
import type { RouteMatch } from './router.ts';

/** An HTTP API request (payload 2.0), with what each middleware has found out. */
export interface HttpEvent extends APIGatewayProxyEventV2 {
  match?: RouteMatch;
  /** The body as text; undefined when there is none. */
  text?: string | undefined;
  idempotencyKey?: string;
  /** Absent on routes that need no key. */
  caller?: Caller;
  /** What is left of its key's rate limit. */
  allowance?: KeyAllowance;
}
