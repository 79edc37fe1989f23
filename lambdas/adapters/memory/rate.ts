import type { RateMeter } from '../../ports/rate.ts';

/** One number an endpoint. */
export function memoryRateMeter(): RateMeter {
  const free = new Map<string, number>();
  return {
    async take({ endpoint, count, intervalMs, now, until }) {
      const first = Math.max(free.get(endpoint) ?? 0, now);
      if (first > until) return undefined;
      const next = first + count * intervalMs;
      free.set(endpoint, next);
      return next;
    },
  };
}
