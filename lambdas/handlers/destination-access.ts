import { ENV, type EnvName } from '../contract/env.ts';
import type { DestinationAccess } from '../domain/destination/access.ts';
import { requireEnv } from './require-env.ts';

/** What the settings `destinations` and `destinationRoles` let endpoints name. */
export function destinationAccess(): DestinationAccess {
  return {
    region: requireEnv('AWS_REGION'),
    destinations: listed(ENV.destinations),
    roles: listed(ENV.destinationRoles),
  };
}

/** Empty where the setting is. */
function listed(name: EnvName): string[] {
  return (process.env[name] ?? '').split(',').filter((arn) => arn !== '');
}
