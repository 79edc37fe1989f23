/** Sources as the door reads them: a change is seen five seconds later at most. */

import { isId } from '../../domain/ids.ts';
import type { Project } from '../../domain/project.ts';
import type { Source } from '../../domain/source.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ProjectReader, SourceReader } from '../../ports/config.ts';
import { isFresh } from '../is-fresh.ts';

const CACHE_MS = 5_000;
const MAX_CACHED = 10_000;

export interface FoundSource {
  readonly source: Source;
  readonly project: Project;
}

export interface CachedSources {
  find(id: string): Promise<FoundSource | undefined>;
}

/** Ids that are not there are remembered too: guesses must not become reads of the table. */
export function createCachedSources(reader: SourceReader & ProjectReader, clock: Clock): CachedSources {
  const cache = new Map<string, { readonly at: number; readonly found: Promise<FoundSource | undefined> }>();

  async function read(id: string): Promise<FoundSource | undefined> {
    const source = await reader.sourceById(id);
    const project = source && (await reader.project(source.project));
    return source && project && { source, project };
  }

  return {
    find(id) {
      if (!isId('src', id)) return Promise.resolve(undefined);
      const now = clock.now();
      const hit = cache.get(id);
      if (hit !== undefined && isFresh(hit, now, CACHE_MS)) return hit.found;
      const found = read(id);
      cache.delete(id);
      cache.set(id, { at: now, found });
      // A read that failed must not be answered from the cache again.
      found.catch(() => cache.delete(id));
      if (cache.size > MAX_CACHED) cache.delete(cache.keys().next().value!);
      return found;
    },
  };
}
