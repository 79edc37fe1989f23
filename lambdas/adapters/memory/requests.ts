import { idFloor } from '../../domain/ids.ts';
import { isWantedRequest } from '../../domain/listing.ts';
import { cutPage } from '../../domain/paging.ts';
import type { KeptRequest } from '../../domain/request.ts';
import type { RequestReader, RequestWriter } from '../../ports/request-log.ts';

/** Requests by id. */
export function memoryRequests(): RequestWriter & RequestReader {
  const requests = new Map<string, KeptRequest>();
  return {
    async putRequest(request) {
      requests.set(request.id, request);
    },
    async request(project, id) {
      const found = requests.get(id);
      return found?.project === project ? found : undefined;
    },
    async requests(query) {
      const from = idFloor('req', query.window.from);
      const below = idFloor('req', query.window.to);
      const inWindow = [...requests.values()]
        .filter((request) => request.project === query.project)
        .filter((request) => request.id >= from && request.id < below)
        .filter((request) => query.before === undefined || request.id < query.before)
        .sort((a, b) => (a.id < b.id ? 1 : -1));
      return cutPage(inWindow, {
        ...query,
        id: (request) => request.id,
        wanted: (request) => isWantedRequest(query, request),
      });
    },
  };
}
