import type { EnvName } from '../contract/env.ts';

/** Configuration is read once, at cold start, and fails by name. */
export function requireEnv(name: EnvName | 'AWS_REGION'): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`the environment variable ${name} is not set`);
  return value;
}
