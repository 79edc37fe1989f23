/** From counted units to money: the lines that make up the price of a million events. */
import { METERS, type Meter, PRICES } from '../prices.ts';
import type { Usage } from './usage.ts';

export interface BillLine {
  readonly name: string;
  readonly meters: readonly Meter[];
  readonly usdPerMillion: number;
}

const LINES: readonly { readonly name: string; readonly meters: readonly Meter[] }[] = [
  { name: 'HTTP API', meters: ['httpRequests', 'restRequests'] },
  { name: 'Lambda requests', meters: ['invocations'] },
  { name: 'Lambda time', meters: ['gbSeconds'] },
  { name: 'SQS', meters: ['sqsRequests', 'fairRequests'] },
  { name: 'DynamoDB writes', meters: ['writeUnits'] },
  { name: 'DynamoDB reads', meters: ['readUnits'] },
  { name: 'Scheduler', meters: ['schedules'] },
  { name: 'S3', meters: ['s3Writes', 's3Reads'] },
  { name: 'network', meters: ['natBytes', 'egressBytes'] },
  { name: 'storage', meters: ['storedByteMonths'] },
  { name: 'logs', meters: ['logBytes'] },
];

/** What is left behind: settings decide how long and how much (`retentionDays`, `logLevel`). */
const KEEPING: ReadonlySet<string> = new Set(['storage', 'logs']);

/** USD for a million events. */
export interface Bill {
  readonly lines: readonly BillLine[];
  /** Accepting, storing and delivering them. */
  readonly handling: number;
  /** And 30 days of storage, and logs. */
  readonly total: number;
}

/** @param usage of one event */
export function billOf(usage: Usage): Bill {
  const lines = LINES.map(({ name, meters }) => ({
    name,
    meters,
    usdPerMillion: meters.reduce((total, meter) => total + 1e6 * usd(meter, usage[meter]), 0),
  }));
  const sum = (some: readonly BillLine[]) => some.reduce((total, line) => total + line.usdPerMillion, 0);
  return { lines, handling: sum(lines.filter(({ name }) => !KEEPING.has(name))), total: sum(lines) };
}

export function usd(meter: Meter, amount: number): number {
  return (amount * PRICES[meter].usd) / PRICES[meter].per;
}

/** Every meter is in one line and no more: what is not billed would be a cost nobody sees. */
export function unbilledMeters(): readonly Meter[] {
  const billed = LINES.flatMap((line) => line.meters);
  return METERS.filter((meter) => billed.filter((one) => one === meter).length !== 1);
}
