import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../lambdas/domain/listing.ts';
import type { CallRequest, KeptRequest, RejectedRequest } from '../../../lambdas/domain/request.ts';
import type { RequestReader, RequestWriter } from '../../../lambdas/ports/request-log.ts';
import { aCallRequest, aRejectedRequest, HOME, NOW } from '../../factories.ts';
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

    it.each<[string, Partial<CallRequest>]>([
      ['rejected', {}],
      [
        'accepted: the event holds the rest',
        { verdict: 'accepted', reason: '', detail: '', event: 'evt_x', headers: {}, body: new Uint8Array() },
      ],
      ['bare', { path: '', query: '', body: Buffer.from([0xff, 0]), truncated: true }],
    ])('gives back a call to a source that was %s', async (_, over) => {
      const store = make();
      const request = aCallRequest({ id: freshRequestId(NOW), project: freshId('prj'), ...over });
      await store.putRequest(request);
      const read = await store.request(request.project, request.id);
      expect(read && plain(read)).toEqual(plain(request));
    });

    it('finds those of one source, and of one verdict', async () => {
      const store = make();
      const project = freshId('prj');
      const [mine, other] = [freshId('src'), freshId('src')];
      const of = (over: Partial<CallRequest>) =>
        aCallRequest({ id: freshRequestId(NOW), project, sourceId: mine, ...over });
      const wanted = of({ verdict: 'duplicate' });
      for (const request of [
        wanted,
        of({}),
        of({ sourceId: other, verdict: 'duplicate' }),
        at(NOW, { project }),
      ]) {
        await store.putRequest(request);
      }
      const page = await store.requests({
        project,
        ...HOME,
        source: mine,
        verdicts: ['duplicate'],
        window: { from: NOW - DAY_MS, to: NOW + 1 },
        limit: 10,
        budget: 100,
      });
      expect(page.items.map(({ id }) => id)).toEqual([wanted.id]);
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

function plain(request: KeptRequest): unknown {
  return { ...request, body: Buffer.from(request.body).toString('base64') };
}
