/** What can't be counted on one machine, and what is taken for it. Each with its reason; change one and the table follows. */
import type { FunctionName } from '../../lambdas/contract/functions.ts';

interface Work {
  readonly memoryMb: number;
  /** Waiting for AWS's services and for receivers, once a batch: calls of a batch run in parallel. */
  readonly waitMs: number;
  /** Full-core milliseconds, SDK calls included; measured on one core of a small server. */
  readonly cpuMsPerEvent: number;
}

/** Lambda gives one core per 1,769 MB. */
const MB_PER_CORE = 1769;

/** Memory as in `lib/`; waits: DynamoDB 4 ms and SQS 8 ms a call in one region, receivers 200 ms. */
const WORK: Readonly<Record<FunctionName, Work>> = {
  publish: { memoryMb: 256, waitMs: 16, cpuMsPerEvent: 3 },
  api: { memoryMb: 512, waitMs: 8, cpuMsPerEvent: 3 },
  inbound: { memoryMb: 512, waitMs: 24, cpuMsPerEvent: 3.5 },
  'publish-queue': { memoryMb: 512, waitMs: 16, cpuMsPerEvent: 3 },
  broker: { memoryMb: 512, waitMs: 16, cpuMsPerEvent: 3 },
  deliver: { memoryMb: 256, waitMs: 208, cpuMsPerEvent: 1.5 },
  drain: { memoryMb: 256, waitMs: 20, cpuMsPerEvent: 0.5 },
  sweep: { memoryMb: 256, waitMs: 8, cpuMsPerEvent: 0.5 },
  alert: { memoryMb: 256, waitMs: 100, cpuMsPerEvent: 2 },
};

/** GB-seconds of one invocation that handles so many events. */
export function gbSeconds(name: FunctionName, events: number): number {
  const { memoryMb, waitMs, cpuMsPerEvent } = WORK[name];
  const cpuMs = (events * cpuMsPerEvent) / (memoryMb / MB_PER_CORE);
  return (memoryMb / 1024) * ((waitMs + cpuMs) / 1000);
}

/** Bytes of one delivery on the wire, measured over TLS 1.3: 2 KB of body, headers and acknowledgements; 1 of 50 connects anew. */
const WIRE = {
  outBytes: 2550,
  inBytes: 550,
  connectOutBytes: 1900,
  connectInBytes: 5800,
  connectShare: 0.02,
};

export interface NetworkBytes {
  readonly nat: number;
  readonly egress: number;
}

export function networkBytes(calls: number): NetworkBytes {
  const out = WIRE.outBytes + WIRE.connectShare * WIRE.connectOutBytes;
  const back = WIRE.inBytes + WIRE.connectShare * WIRE.connectInBytes;
  return { nat: calls * (out + back), egress: calls * out };
}

/** CloudWatch adds this to each line it takes in. */
export const LOG_LINE_OVERHEAD_BYTES = 26;
/** One line of the HTTP API's access log, filled in. */
export const ACCESS_LOG_BYTES = 420;
