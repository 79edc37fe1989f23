import type { EndpointView } from '../../lambdas/contract/api/endpoints.ts';
import type { Client } from './client.ts';

const PAGE = '250';

/** The endpoint of a URL: one that is there already, or a new one with its secret. */
export async function endpointFor(
  client: Client,
  url: string,
  owner: string | undefined,
): Promise<{ readonly endpoint: EndpointView; readonly secret?: string }> {
  const found = await findByUrl(client, url, owner);
  if (found !== undefined) return { endpoint: found };
  const created = await client.createEndpoint({
    url,
    ...(owner !== undefined && { owner_id: owner }),
    description: 'Made by posthorn send --to',
  });
  return { endpoint: created, secret: created.secret };
}

async function findByUrl(
  client: Client,
  url: string,
  owner: string | undefined,
): Promise<EndpointView | undefined> {
  const wanted = URL.canParse(url) ? new URL(url).href : url;
  let cursor: string | undefined;
  do {
    const page = await client.endpoints({ limit: PAGE, owner_id: owner, cursor });
    const found = page.data.find(
      ({ url: its }) => its === url || (its !== null && URL.canParse(its) && new URL(its).href === wanted),
    );
    // Without an owner only an endpoint of nobody gets the event.
    if (found !== undefined && (found.owner_id ?? undefined) === owner) return found;
    cursor = page.pagination.next ?? undefined;
  } while (cursor !== undefined);
  return undefined;
}
