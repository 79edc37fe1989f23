import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../lambdas/domain/listing.ts';
import type { RejectedRequest } from '../../../lambdas/domain/request.ts';
import type { RequestReader, RequestWriter } from '../../../lambdas/ports/request-log.ts';
import { aRejectedRequest, HOME, NOW } from '../../factories.ts';
import { everyPage, freshId, freshRequestId } from './fresh.ts';

export function requestsConform(make: () => RequestWriter & RequestReader): void {
  const at = (timeMs: number, over: Partial<RejectedRequest> = {}): RejectedRequest =>
    aRejectedRequest({ id: freshRequestId(timeMs), receivedAt: timeMs, ...over });

  describe('rejected requests', () => {
    it.each([
      ['ordinary', {}],
      ['empty', { body: new Uint8Array(), errors: [] }],
      ['cut', { body: Buffer.alloc(256 * 1024, '{"a":1}'), truncated: true }],
    ])('gives back one that is %s as it was, to its project only', async (_, over) => {
      const store = make();
      const request = at(NOW, { project: freshId('prj'), ...over });
      await store.putRequest(request);
      await store.putRequest(request);
      const read = await store.request(request.project, request.id);
      expect(read && plain(read)).toEqual(plain(request));
      expect(await store.request(freshId('prj'), request.id)).toBeUndefined();
      expect(await store.request(request.project, 'req_1')).toBeUndefined();
    });

    it('pages newest first', async () => {
      const store = make();
      const project = freshId('prj');
      const times = [0, 1, 1, 2, DAY_MS, 9 * DAY_MS].map((ago) => NOW - ago);
      const all = times.map((timeMs) => at(timeMs, { project }));
      for (const request of all) await store.putRequest(request);
      const window = { from: NOW - 30 * DAY_MS, to: NOW + 1 };
      const read = await everyPage((before) =>
        store.requests({
          project,
          ...HOME,
          window,
          limit: 2,
          budget: 100,
          ...(before !== undefined && { before }),
        }),
      );
      expect(read.map(plain)).toEqual(all.toSorted((a, b) => (a.id < b.id ? 1 : -1)).map(plain));
    });
  });
}

function plain(request: RejectedRequest): unknown {
  return { ...request, body: Buffer.from(request.body).toString('base64') };
}
