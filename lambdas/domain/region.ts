/**
 * One character per AWS region, so that an id can carry its home region.
 * The order is a contract: ids made years ago are read with it. Append, never reorder.
 */
const REGIONS = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ca-central-1',
  'ca-west-1',
  'sa-east-1',
  'mx-central-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'eu-central-1',
  'eu-central-2',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'af-south-1',
  'me-south-1',
  'me-central-1',
  'il-central-1',
  'ap-east-1',
  'ap-east-2',
  'ap-south-1',
  'ap-south-2',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'us-gov-east-1',
  'us-gov-west-1',
] as const;

/** Room for 62 regions. */
const CODES = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export const KNOWN_REGIONS: readonly string[] = REGIONS;

/** The character for a region; throws when the region is not in the table, which is a fault of the deployment. */
export function regionCode(region: string): string {
  const index = KNOWN_REGIONS.indexOf(region);
  if (index < 0)
    throw new RangeError(`unknown AWS region "${region}": append it to lambdas/domain/region.ts`);
  return CODES[index]!;
}

/** Undefined when the character names no region. */
export function regionOfCode(code: string): string | undefined {
  if (code.length !== 1) return undefined;
  return REGIONS[CODES.indexOf(code)];
}
