/** Which server `posthorn listen` forwards to, and the endpoints of listeners that ended without taking theirs away. */
import { CliError } from './cli.ts';
import type { Client } from './client.ts';

const DAY_MS = 24 * 3_600_000;
const PAGE = '250';
/** Newest first: of a project with more endpoints only the newest are looked at. */
const MOST_PAGES = 4;

/** @throws CliError for what names no server */
export function forwardTo(text: string): URL {
  const [, port, path = ''] = /^(\d{1,5})(\/.*)?$/.exec(text) ?? [];
  const whole = port === undefined ? withScheme(text) : `http://localhost:${port}${path}`;
  const url = URL.parse(whole);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '') {
    throw new CliError(`"${text}" is no server: use a port, such as 3000, or a URL.`, 2);
  }
  return url;
}

function withScheme(text: string): string {
  return text.includes('://') ? text : `http://${text}`;
}

/** A listener that was killed left its endpoint behind; after a day without a sign of it, the next one clears up. */
export async function removeAbandoned(
  client: Pick<Client, 'endpoints' | 'deleteEndpoint'>,
  now: number,
): Promise<readonly string[]> {
  const abandoned: string[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = await client.endpoints({ limit: PAGE, cursor });
    for (const { id, listen, listened_at, created_at } of page.data) {
      if (listen && now - Date.parse(listened_at ?? created_at) > DAY_MS) abandoned.push(id);
    }
    cursor = page.pagination.next ?? undefined;
    if (cursor === undefined) break;
  }
  for (const id of abandoned) await client.deleteEndpoint(id);
  return abandoned;
}
