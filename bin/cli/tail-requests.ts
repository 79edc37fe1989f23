/** Calls to sources as `posthorn tail` tells them: what came in, what became of it, and why. */
import type { Cli } from './cli.ts';
import type { Client } from './client.ts';
import { requestLine } from './request-words.ts';
import type { Told } from './tail-alerts.ts';

export interface RequestWatch {
  /** Those since the last look. */
  look(): Promise<readonly Told[]>;
}

const LIMIT = '100';
/** Calls are written down a moment after the time in their ids. */
const OVERLAP_MS = 60_000;
/** Ids of that long ago come in no page again. */
const MAX_KNOWN = 5_000;

/**
 * @param from milliseconds since 1970; undefined: as far back as calls are kept
 * @param limit how many to begin with
 */
export function createRequestWatch(
  cli: Cli,
  client: Pick<Client, 'requests' | 'source'>,
  from: number | undefined,
  limit: string,
): RequestWatch {
  let known = new Set<string>();
  const names = new Map<string, Promise<string>>();
  let since = from;
  let first = true;

  /** One that was deleted meanwhile goes by its id. */
  function nameOf(id: string): Promise<string> {
    const name =
      names.get(id) ??
      client.source(id).then(
        ({ name }) => name,
        () => id,
      );
    names.set(id, name);
    return name;
  }

  return {
    async look() {
      const lookedAt = cli.now();
      const { data } = await client.requests({
        limit: first ? limit : LIMIT,
        ...(since !== undefined && { created_after: new Date(since).toISOString() }),
      });
      first = false;
      since = Math.max(from ?? 0, lookedAt - OVERLAP_MS);
      const fresh = data.filter(({ id }) => !known.has(id));
      known = new Set([...known, ...fresh.map(({ id }) => id)].slice(-MAX_KNOWN));
      return Promise.all(
        fresh.map(async (request) => {
          const { source_id: source } = request;
          const name = source === null ? undefined : await nameOf(source);
          return { at: request.received_at, line: requestLine(cli, request, name) };
        }),
      );
    },
  };
}
