import { ENV } from '../contract/env.ts';
import type { OwnPlaces } from '../domain/egress/url.ts';
import { requireEnv } from './require-env.ts';

/** The gateway's own hosts and addresses: never receivers, or deliveries would go round in circles. */
export function ownPlaces(): OwnPlaces {
  // Empty where egress has no fixed address.
  const addresses = (process.env[ENV.egressIps] ?? '').split(',').filter((ip) => ip !== '');
  const hosts = requireEnv(ENV.ownHost).toLowerCase().split(',');
  return { hosts, addresses };
}
