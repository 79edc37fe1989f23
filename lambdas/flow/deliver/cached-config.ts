/** Endpoints and projects as workers read them: so new that a disabled endpoint gets nothing five seconds later. */
import type { Endpoint } from '../../domain/endpoint.ts';
import type { Project } from '../../domain/project.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EndpointReader, ProjectReader } from '../../ports/config.ts';
import { isFresh } from '../is-fresh.ts';

/** The fifth second is for what comes between reading the endpoint and sending: a claim, and perhaps the event. */
const CACHE_MS = 4_000;
const MAX_CACHED = 10_000;
const MAX_READ_AT_ONCE = 100;

interface Entry<T> {
  readonly at: number;
  readonly value: T | undefined;
}

export interface CachedConfig {
  /** By endpoint id; absent ones are missing from the map. */
  endpoints(project: string, ids: readonly string[]): Promise<ReadonlyMap<string, Endpoint>>;
  project(id: string): Promise<Project | undefined>;
}

export function createCachedConfig(reader: EndpointReader & ProjectReader, clock: Clock): CachedConfig {
  const endpoints = new Map<string, Entry<Endpoint>>();
  const projects = new Map<string, Entry<Project>>();

  return {
    async endpoints(project, ids) {
      const now = clock.now();
      const missing = [...new Set(ids)].filter((id) => !isKnown(endpoints.get(id), now));
      for (let from = 0; from < missing.length; from += MAX_READ_AT_ONCE) {
        const some = missing.slice(from, from + MAX_READ_AT_ONCE);
        const read = await reader.endpoints(project, some);
        for (const [index, id] of some.entries()) keep(endpoints, id, { at: now, value: read[index] });
      }
      const found = new Map<string, Endpoint>();
      for (const id of ids) {
        const endpoint = endpoints.get(id)?.value;
        // Keyed by id alone, so the owner is checked here: another project's endpoint is no endpoint.
        if (endpoint?.project === project) found.set(id, endpoint);
      }
      return found;
    },

    async project(id) {
      const now = clock.now();
      const hit = projects.get(id);
      if (hit !== undefined && isFresh(hit, now, CACHE_MS)) return hit.value;
      const value = await reader.project(id);
      keep(projects, id, { at: now, value });
      return value;
    },
  };
}

function isKnown(entry: Entry<unknown> | undefined, now: number): boolean {
  return entry !== undefined && isFresh(entry, now, CACHE_MS);
}

function keep<T>(cache: Map<string, Entry<T>>, key: string, entry: Entry<T>): void {
  cache.delete(key);
  cache.set(key, entry);
  if (cache.size > MAX_CACHED) cache.delete(cache.keys().next().value!);
}
