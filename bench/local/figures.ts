/** What a load showed. Pure. */

export interface Figures {
  readonly accepted: number;
  readonly acceptedPerSecond: number;
  readonly delivered: number;
  readonly deliveredPerSecond: number;
  /** Milliseconds from sending the publish request to the receiver's hand; undefined when nothing came. */
  readonly p50: number | undefined;
  readonly p99: number | undefined;
}

/** @param startedAt all moments in milliseconds of one clock */
export function figuresOf(
  load: { readonly sent: ReadonlyMap<string, number>; readonly startedAt: number; readonly endedAt: number },
  receipts: ReadonlyMap<string, number>,
): Figures {
  const delays: number[] = [];
  let lastReceipt = load.startedAt;
  for (const [id, at] of load.sent) {
    const receipt = receipts.get(id);
    if (receipt === undefined) continue;
    delays.push(receipt - at);
    lastReceipt = Math.max(lastReceipt, receipt);
  }
  delays.sort((a, b) => a - b);
  return {
    accepted: load.sent.size,
    acceptedPerSecond: rate(load.sent.size, load.endedAt - load.startedAt),
    delivered: delays.length,
    deliveredPerSecond: rate(delays.length, lastReceipt - load.startedAt),
    p50: percentile(delays, 0.5),
    p99: percentile(delays, 0.99),
  };
}

/** Nearest rank, of values in ascending order. */
export function percentile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

function rate(count: number, ms: number): number {
  return ms <= 0 ? 0 : (count * 1000) / ms;
}
