/** Names of AWS resources: `arn:partition:service:region:account:resource`. */
import { KNOWN_REGIONS } from '../region.ts';

export interface Arn {
  readonly partition: string;
  readonly service: string;
  /** Empty for services without regions, such as IAM. */
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** The longest there is: a role's, with a path of 512 characters. */
export const MAX_ARN_LENGTH = 640;
const SHAPE = /^arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):(\d{12}):([\x21-\x7e]+)$/;

/** Undefined when it is not one of a resource in an account. */
export function parseArn(text: string): Arn | undefined {
  if (text.length > MAX_ARN_LENGTH) return undefined;
  const [, partition, service, region, account, resource] = SHAPE.exec(text) ?? [];
  if (partition === undefined) return undefined;
  return { partition, service: service!, region: region!, account: account!, resource: resource! };
}

/** Credentials of one partition mean nothing in another. */
export function partitionOf(region: string): string {
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

export function isKnownRegion(region: string): boolean {
  return KNOWN_REGIONS.includes(region);
}
