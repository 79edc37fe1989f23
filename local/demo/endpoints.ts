/** The two endpoints a newcomer finds: one that works and one that fails twice. */
import type { ApiClient } from '../api-client.ts';
import type { KeptFile } from '../kept.ts';
import type { Receiver } from './receiver.ts';

const PATHS = ['/ok', '/flaky?fail=2'] as const;

/**
 * Creates them over the API, once; with kept data they are there already, and only follow the receiver to its port.
 * @param receiverUrl `http://127.0.0.1:4010`
 */
export async function provideDemoEndpoints(
  api: ApiClient,
  receiver: Receiver,
  receiverUrl: string,
  kept: KeptFile,
): Promise<void> {
  for (const path of PATHS) {
    const url = receiverUrl + path;
    const id = kept.now().demo[path];
    if (id !== undefined) {
      await follow(api, id, url);
      continue;
    }
    const created = await api.call('POST', '/endpoints', {
      url,
      description: `Demo receiver ${path}`,
      event_types: ['*'],
    });
    const secret = String(created.secret);
    receiver.learn(secret);
    kept.change({
      secrets: [...new Set([...kept.now().secrets, secret])],
      demo: { ...kept.now().demo, [path]: String(created.id) },
    });
  }
}

/** Somebody may have deleted it: then it stays deleted. */
async function follow(api: ApiClient, id: string, url: string): Promise<void> {
  const endpoint = await api.call('GET', `/endpoints/${id}`).catch(() => undefined);
  if (endpoint === undefined || endpoint.url === url) return;
  await api.call('PATCH', `/endpoints/${id}`, { url });
}
