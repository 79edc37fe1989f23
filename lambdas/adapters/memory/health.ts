import type { Health } from '../../domain/health/health.ts';
import type { HealthStore } from '../../ports/health.ts';

/** One record an endpoint. */
export function memoryHealth(): HealthStore {
  const records = new Map<string, Health>();
  return {
    async getMany(endpoints) {
      return endpoints.map((endpoint) => records.get(endpoint));
    },
    async get(endpoint) {
      return records.get(endpoint);
    },
    async save(health) {
      const before = records.get(health.endpoint)?.version ?? 0;
      if (health.version !== before + 1) return 'conflict';
      records.set(health.endpoint, health);
      return 'saved';
    },
  };
}
