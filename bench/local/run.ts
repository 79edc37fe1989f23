/** A load against the local mode: how many events a second, how fast each, and how much memory it takes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LocalFile } from '../../local/folder.ts';
import { REGION } from '../../local/template/intrinsics.ts';
import { seedProject } from '../cost/seed.ts';
import { cpuMilliseconds } from './cpu.ts';
import { type Figures, figuresOf } from './figures.ts';
import { gatewayToMeasure } from './gateway.ts';
import { type LoadPlan, type LoadResult, publishLoad } from './load.ts';
import { watchMemory } from './memory.ts';
import { startTimingReceiver, type TimingReceiver } from './receiver.ts';

const MIN_PER_SECOND = 500;
const MAX_MEGABYTES = 400;
const MAX_READY_MS = 6_000;
const DEFAULT_EVENTS = 5_000;
const WARM_UP_EVENTS = 500;
const CALM_PER_SECOND = 100;
const CALM_EVENTS = 300;
const OWNERS = 20;
const CONNECTIONS = 32;
/** Longest each part may take. */
const PART_MS = 60_000;
const CALM_DOWN_MS = 1_000;

/** Prints the figures; false when one of them misses its limit. */
export async function runLocalBench(
  write: (text: string) => void,
  events = DEFAULT_EVENTS,
): Promise<boolean> {
  const gateway = await gatewayToMeasure();
  const receiver = await startTimingReceiver();
  try {
    const { file, readyMs } = gateway;
    const { key } = await seed(file, receiver);
    const plan = { api: file.api, key, owners: OWNERS, connections: CONNECTIONS };
    write(
      `\nSpeed: ${events} events of 2 KB to ${OWNERS} endpoints, over ${CONNECTIONS} connections to the local mode.\n\n`,
    );
    await run(receiver, { ...plan, events: WARM_UP_EVENTS });
    await sleep(CALM_DOWN_MS);
    const memory = watchMemory(file.pid);
    const cpuBefore = cpuMilliseconds(file.pid);
    const full = await run(receiver, { ...plan, events });
    const megabytes = memory.stop();
    const cpuAfter = cpuMilliseconds(file.pid);
    await sleep(CALM_DOWN_MS);
    const calm = await run(receiver, { ...plan, events: CALM_EVENTS, perSecond: CALM_PER_SECOND });
    say(write, 'as fast as it takes them', full.figures);
    say(write, `at ${CALM_PER_SECOND} events/s`, calm.figures);
    if (cpuBefore !== undefined && cpuAfter !== undefined) {
      write(`  CPU of the local mode: ${((cpuAfter - cpuBefore) / events).toFixed(1)} ms an event\n`);
    }
    for (const [status, count] of full.refused) write(`  ${count} were answered ${status}\n`);
    write(`  delivered more than once: ${receiver.repeats()}\n\nLimits:\n`);
    const limits = [
      atLeast('accepted a second', MIN_PER_SECOND, full.figures.acceptedPerSecond),
      atLeast('delivered a second', MIN_PER_SECOND, full.figures.deliveredPerSecond),
      atLeast('delivered of those accepted', full.figures.accepted, full.figures.delivered),
      atMost('MB resident at most', MAX_MEGABYTES, megabytes),
      ...(readyMs === undefined ? [] : [atMost('ms until ready', MAX_READY_MS, readyMs)]),
    ];
    for (const { text, met } of limits) {
      write(`  ${text}: ${met ? styleText('green', 'met') : styleText('red', 'not met')}\n`);
    }
    return limits.every((limit) => limit.met);
  } finally {
    receiver.close();
    await gateway.stop();
  }
}

/** A project of its own: the demo endpoints of the local mode get nothing of this. */
async function seed(file: LocalFile, receiver: TimingReceiver): Promise<{ readonly key: string }> {
  const client = new DynamoDBClient({
    region: REGION,
    endpoint: file.aws_endpoints.dynamodb,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const shape = { owners: OWNERS, fanout: 1 };
  return seedProject({ client, table: file.config_table }, receiver.address, shape);
}

async function run(
  receiver: TimingReceiver,
  plan: Omit<LoadPlan, 'deadline'>,
): Promise<{ readonly figures: Figures; readonly refused: LoadResult['refused'] }> {
  const deadline = performance.now() + PART_MS;
  const load = await publishLoad({ ...plan, deadline });
  while (performance.now() < deadline && ![...load.sent.keys()].every((id) => receiver.receipts.has(id))) {
    await sleep(20);
  }
  return { figures: figuresOf(load, receiver.receipts), refused: load.refused };
}

function say(write: (text: string) => void, what: string, figures: Figures): void {
  const ms = (value: number | undefined) => (value === undefined ? 'never' : `${Math.round(value)} ms`);
  write(
    `  ${what}: ${Math.round(figures.acceptedPerSecond)} accepted/s, ${Math.round(figures.deliveredPerSecond)} delivered/s, publish to receipt p50 ${ms(figures.p50)}, p99 ${ms(figures.p99)}\n`,
  );
}

interface Judged {
  readonly text: string;
  readonly met: boolean;
}

function atLeast(what: string, limit: number, measured: number): Judged {
  return { text: `${what}: ${Math.round(measured)}, at least ${limit}`, met: measured >= limit };
}

function atMost(what: string, limit: number, measured: number): Judged {
  return { text: `${what}: ${Math.round(measured)}, limit ${limit}`, met: measured <= limit };
}
