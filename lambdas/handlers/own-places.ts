import { ENV } from '../contract/env.ts';
import type { OwnPlaces } from '../domain/egress/url.ts';
import { requireEnv } from './require-env.ts';

/**
 * Where Lambda itself is, to a function: its runtime API is on loopback and hands out everybody's events. A project
 * may open the addresses of a machine the gateway is tried on, never those of a function.
 */
const LAMBDA_ITSELF = ['127.0.0.0/8', '::1/128'];

/** Where deliveries come from; empty where egress has no fixed address. */
export function egressIps(): readonly string[] {
  return (process.env[ENV.egressIps] ?? '').split(',').filter((ip) => ip !== '');
}

/** The gateway's own hosts and addresses: never receivers, or deliveries would go round in circles. */
export function ownPlaces(): OwnPlaces {
  // Lambda sets it for functions, and nothing else does.
  const inLambda = process.env.AWS_EXECUTION_ENV?.startsWith('AWS_Lambda_') ?? false;
  const hosts = requireEnv(ENV.ownHost).toLowerCase().split(',');
  return { hosts, addresses: [...egressIps(), ...(inLambda ? LAMBDA_ITSELF : [])] };
}
