/** The cost table as text. */
import { MONTHLY } from '../prices.ts';
import type { Bill } from './bill.ts';
import { operations, type Trouble } from './budget.ts';
import type { Usage } from './usage.ts';

export interface CostRow {
  readonly name: string;
  /** Of one event. */
  readonly usage: Usage;
  readonly bill: Bill;
}

export function costTable(rows: readonly CostRow[]): string {
  return [unitsTable(rows), '', moneyTable(rows), '', monthly()].join('\n');
}

/** What one event uses. */
function unitsTable(rows: readonly CostRow[]): string {
  const header = ['one event uses', 'write units', 'read units', 'SQS requests', 'invocations', 'schedules'];
  const body = rows.map(({ name, usage }) => [
    name,
    ...[usage.writeUnits, usage.readUnits, usage.sqsRequests, usage.invocations].map((units) =>
      units.toFixed(2),
    ),
    usage.schedules.toFixed(3),
  ]);
  return align([header, ...body]);
}

/** What receivers in trouble use: an interval of a dead one, a delivery of the others. */
export function troubleTable({ overload, dead, drained }: Trouble): string {
  const header = ['', 'write units', 'read units', 'SQS requests', 'invocations', 'schedules', 'in all'];
  const row = (name: string, usage: Usage): string[] => [
    name,
    ...[usage.writeUnits, usage.readUnits, usage.sqsRequests, usage.invocations].map((units) =>
      units.toFixed(2),
    ),
    usage.schedules.toFixed(3),
    operations(usage).toFixed(3),
  ];
  const waiting = (count: number) => `${count.toLocaleString('en')} waiting`;
  const rows = drained.map(({ waiting: count, usage }) => row(`one drained of ${waiting(count)}`, usage));
  return [
    align([header, ...rows, row(`an interval of a dead one, ${waiting(dead.waiting)}`, dead.usage)]),
    '',
    `In an hour the dead one's circuit opened ${dead.intervals} times: ${dead.probes} probes, ${dead.schedules} schedules;`,
    "the sweeper's look each minute is counted in.",
    `Three times a rate limit, ${overload.deliveries} deliveries: ${overload.writeUnits.toFixed(3)} write units each for slots.`,
  ].join('\n');
}

/** So that the table fits on a screen. */
const SHORT: Readonly<Record<string, string>> = {
  'Lambda requests': 'Lambda',
  'Lambda time': 'GB-s',
  'DynamoDB writes': 'writes',
  'DynamoDB reads': 'reads',
  'HTTP API': 'HTTP',
  Scheduler: 'wakes',
};

/** What a million cost, by line. */
function moneyTable(rows: readonly CostRow[]): string {
  const names = rows[0]?.bill.lines.map((line) => line.name) ?? [];
  // A line that is nothing in every row says nothing.
  const shown = names.filter((_, at) => rows.some(({ bill }) => bill.lines[at]!.usdPerMillion >= 0.005));
  const header = ['USD per million events', ...shown, 'total'].map((name) => SHORT[name] ?? name);
  const body = rows.map(({ name, bill }) => [
    name,
    ...bill.lines.filter((line) => shown.includes(line.name)).map((line) => line.usdPerMillion.toFixed(2)),
    bill.total.toFixed(2),
  ]);
  return align([header, ...body]);
}

function monthly(): string {
  const parts = MONTHLY.map(({ what, usd }) => `${what} ${usd.toFixed(2)}`).join(', ');
  const total = MONTHLY.reduce((sum, { usd }) => sum + usd, 0);
  return `By the month, whether events come or not: ${total.toFixed(2)} USD (${parts}).`;
}

/** The first column to the left, numbers to the right. */
export function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
