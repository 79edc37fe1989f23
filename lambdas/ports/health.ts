import type { Health } from '../domain/health/health.ts';

export interface HealthReader {
  /** Eventually consistent, in the order asked for; undefined where nothing is remembered. At most 100. */
  getMany(endpoints: readonly string[]): Promise<readonly (Health | undefined)[]>;
  /** Strongly consistent. */
  get(endpoint: string): Promise<Health | undefined>;
}

export interface HealthWriter {
  /** Replaces version `health.version - 1` (or none, for version 1). `conflict`: read again and decide again. */
  save(health: Health): Promise<'saved' | 'conflict'>;
}

export type HealthStore = HealthReader & HealthWriter;
