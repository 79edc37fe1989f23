import { beyondSlots } from '../../domain/limits/rate.ts';
import type { RateMeter } from '../../ports/rate.ts';

/** One number an endpoint. */
export function memoryRateMeter(): RateMeter {
  const free = new Map<string, number>();
  return {
    async take({ endpoint, count, intervalMs, now, until, beyond = beyondSlots(until, intervalMs) }) {
      const stored = free.get(endpoint) ?? 0;
      const first = stored > beyond ? now : Math.max(stored, now);
      if (first > until) return undefined;
      const next = first + count * intervalMs;
      free.set(endpoint, next);
      return next;
    },
  };
}
