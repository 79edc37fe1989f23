/** What Lambda's environment says about reaching AWS: the SDK's standard variables. */
import type { AwsCredentials } from './sign.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Lambda sets them when an environment starts, and they outlive it.
 * @throws Error named as the SDK's when there are none
 */
export function environmentCredentials(env: Environment): AwsCredentials {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = env;
  if (!id || !secret) {
    throw Object.assign(new Error('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set'), {
      name: 'CredentialsProviderError',
    });
  }
  return { accessKeyId: id, secretAccessKey: secret, ...(token && { sessionToken: token }) };
}

/** Domains of the partitions other than `aws`, by how their regions begin. */
const SUFFIXES: readonly (readonly [region: RegExp, suffix: string])[] = [
  [/^cn-/, 'amazonaws.com.cn'],
  [/^eusc-/, 'amazonaws.eu'],
  [/^us-iso-/, 'c2s.ic.gov'],
  [/^us-isob-/, 'sc2s.sgov.gov'],
  [/^eu-isoe-/, 'cloud.adc-e.uk'],
  [/^us-isof-/, 'csp.hci.ic.gov'],
];

/** A service's own variable beats the one for all; without either, the region's public address. */
export function endpointOf(env: Environment, { region, service }: { region: string; service: string }): URL {
  const configured = env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] || env.AWS_ENDPOINT_URL;
  if (configured && env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS !== 'true') return new URL(configured);
  const suffix = SUFFIXES.find(([pattern]) => pattern.test(region))?.[1] ?? 'amazonaws.com';
  return new URL(`https://${service}.${region}.${suffix}`);
}
