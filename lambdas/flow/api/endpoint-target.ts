/** Where an endpoint's deliveries go, as a request says it: a URL, or a destination inside AWS. */
import type { DestinationFields } from '../../contract/api/destination.ts';
import { ARN_FIELD, readDestination } from '../../contract/api/read-destination.ts';
import { checkDestination, type DestinationAccess } from '../../domain/destination/access.ts';
import { judgeUrl, MAX_URL_LENGTH, type OwnPlaces } from '../../domain/egress/url.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import type { FieldError } from '../../domain/failure.ts';
import type { Project } from '../../domain/project.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { TryRoleDeps } from './try-role.ts';

export interface EndpointTargetDeps extends TryRoleDeps {
  readonly own: OwnPlaces;
  readonly destinationAccess: DestinationAccess;
}

export interface TargetFields {
  readonly url?: string | undefined;
  readonly destination?: DestinationFields | undefined;
  readonly listen?: boolean | undefined;
}

export type EndpointTarget = Pick<Endpoint, 'url' | 'destination' | 'listener'>;

/** Undefined when the request says nothing of it. */
export function readTarget(
  deps: EndpointTargetDeps,
  fields: TargetFields,
  project: Project,
): Result<EndpointTarget | undefined, readonly FieldError[]> {
  const { url, destination, listen } = fields;
  if (url !== undefined && destination !== undefined) {
    const detail = 'goes with no url: give either url or destination';
    return fail([{ field: 'destination', code: 'not_allowed', detail }]);
  }
  if (destination !== undefined && listen === true) {
    return fail([
      { field: 'listen', code: 'not_allowed', detail: 'goes with a url, not with a destination' },
    ]);
  }
  if (destination !== undefined) return readInsideAws(deps, destination);
  if (url === undefined) return ok(undefined);
  if (listen === true) return readListener(url);
  const judged = judgeUrl(url, project.egress, deps.own);
  return judged.ok
    ? ok({ url: judged.url })
    : fail([{ field: 'url', code: judged.verdict, detail: judged.detail }]);
}

/** Of a new endpoint, which needs one. */
export function readNewTarget(
  deps: EndpointTargetDeps,
  fields: TargetFields,
  project: Project,
): Result<EndpointTarget, readonly FieldError[]> {
  const read = readTarget(deps, fields, project);
  if (!read.ok) return read;
  if (read.value !== undefined) return ok(read.value);
  const detail = 'is missing; give url, or destination for a receiver inside AWS';
  return fail([{ field: 'url', code: 'required', detail }]);
}

/** The URL is for the machine that listens: we never dial it, so no policy of ours judges it. */
function readListener(text: string): Result<EndpointTarget, readonly FieldError[]> {
  const url = URL.parse(text);
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (url !== null && isHttp && url.href.length <= MAX_URL_LENGTH) return ok({ url: url.href, listener: {} });
  const detail = `use http or https and at most ${MAX_URL_LENGTH} characters, such as http://localhost:3000`;
  return fail([{ field: 'url', code: 'not_a_url', detail }]);
}

function readInsideAws(
  deps: EndpointTargetDeps,
  fields: DestinationFields,
): Result<EndpointTarget, readonly FieldError[]> {
  const destination = readDestination(fields, 'destination');
  if (!destination.ok) return destination;
  const at = { arn: `destination.${ARN_FIELD[fields.kind]}`, role: 'destination.role_arn' };
  const errors = checkDestination(destination.value, deps.destinationAccess, at);
  // Whatever shows an endpoint's URL shows the ARN, and code that knows no destinations refuses to post to it.
  return errors.length > 0
    ? fail(errors)
    : ok({ url: destination.value.arn, destination: destination.value });
}
