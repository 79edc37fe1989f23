/**
 * What AWS charges, once: list prices of us-east-1 as of November 2026, free tiers and volume discounts left out.
 * Each meter counts the unit its price is for. Change a price here and the whole table follows.
 */

export interface Price {
  readonly usd: number;
  /** For so many units. */
  readonly per: number;
  readonly unit: string;
  readonly source: string;
}

const MILLION = 1_000_000;
const GB = 1_000_000_000;

export const PRICES = {
  httpRequests: {
    usd: 1.0,
    per: MILLION,
    unit: 'HTTP API request, each 512 KB begun',
    source: 'https://aws.amazon.com/api-gateway/pricing/',
  },
  restRequests: {
    usd: 3.5,
    per: MILLION,
    unit: 'REST API request',
    source: 'https://aws.amazon.com/api-gateway/pricing/',
  },
  invocations: {
    usd: 0.2,
    per: MILLION,
    unit: 'Lambda invocation',
    source: 'https://aws.amazon.com/lambda/pricing/',
  },
  gbSeconds: {
    usd: 0.0000133334,
    per: 1,
    unit: 'Lambda GB-second on ARM',
    source: 'https://aws.amazon.com/lambda/pricing/',
  },
  sqsRequests: {
    usd: 0.4,
    per: MILLION,
    unit: 'request to a standard queue, each 64 KB begun',
    source: 'https://aws.amazon.com/sqs/pricing/',
  },
  fairRequests: {
    usd: 0.1,
    per: MILLION,
    unit: 'surcharge on requests to a fair queue',
    source: 'https://aws.amazon.com/sqs/pricing/',
  },
  writeUnits: {
    usd: 0.625,
    per: MILLION,
    unit: 'on-demand write unit, each 1 KB begun',
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
  },
  readUnits: {
    usd: 0.125,
    per: MILLION,
    unit: 'on-demand read unit, each 4 KB begun, half when eventually consistent',
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
  },
  storedByteMonths: {
    usd: 0.25,
    per: GB,
    unit: 'byte kept in DynamoDB for a month',
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
  },
  schedules: {
    usd: 1.0,
    per: MILLION,
    unit: 'EventBridge Scheduler invocation',
    source: 'https://aws.amazon.com/eventbridge/pricing/',
  },
  s3Writes: { usd: 5.0, per: MILLION, unit: 'S3 PUT', source: 'https://aws.amazon.com/s3/pricing/' },
  s3Reads: { usd: 0.4, per: MILLION, unit: 'S3 GET', source: 'https://aws.amazon.com/s3/pricing/' },
  natBytes: {
    usd: 0.045,
    per: GB,
    unit: 'byte through the NAT gateway, either way',
    source: 'https://aws.amazon.com/vpc/pricing/',
  },
  egressBytes: {
    usd: 0.09,
    per: GB,
    unit: 'byte out to the internet',
    source: 'https://aws.amazon.com/ec2/pricing/on-demand/',
  },
  logBytes: {
    usd: 0.5,
    per: GB,
    unit: 'byte of log taken in',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
  },
} as const satisfies Readonly<Record<string, Price>>;

/** What is counted: one name per price. */
export type Meter = keyof typeof PRICES;

export const METERS = Object.keys(PRICES) as readonly Meter[];

/** Paid by the month whether events come or not: one zone, one fixed address (730 hours). */
export const MONTHLY = [
  { usd: 0.045 * 730, what: 'NAT gateway' },
  { usd: 0.005 * 730, what: 'its fixed IPv4 address' },
] as const;
