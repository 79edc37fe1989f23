import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Project } from '../domain/project.ts';
import type { RouteMatch } from './router.ts';

/** An HTTP API request (payload 2.0), with what each middleware has found out. */
export interface HttpEvent extends APIGatewayProxyEventV2 {
  match?: RouteMatch;
  /** The body as text; undefined when there is none. */
  text?: string | undefined;
  idempotencyKey?: string;
  /** Absent on routes that need no key. */
  project?: Project;
}
