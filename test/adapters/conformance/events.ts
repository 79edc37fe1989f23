import { describe, expect, it } from 'vitest';
import type { Event } from '../../../lambdas/domain/event.ts';
import { DAY_MS, type EventQuery } from '../../../lambdas/domain/listing.ts';
import type { EventLister, EventReader, EventWriter } from '../../../lambdas/ports/event-log.ts';
import { anEvent, HOME, NOW } from '../../factories.ts';
import { everyPage, freshEventId, freshId } from './fresh.ts';

export function eventsConform(make: () => EventWriter & EventReader & EventLister): void {
  const at = (timeMs: number, over: Partial<Event> = {}): Event =>
    anEvent({ id: freshEventId(timeMs), createdAt: timeMs, ...over });
  const asked = (project: string, over: Partial<EventQuery> = {}): EventQuery => ({
    project,
    ...HOME,
    window: { from: NOW - 30 * DAY_MS, to: NOW + DAY_MS },
    limit: 50,
    budget: 2000,
    ...over,
  });
  const newestFirst = (a: Event, b: Event): number => (a.id < b.id ? 1 : -1);

  describe('events', () => {
    const variants: readonly [string, Partial<Event>][] = [
      ['ordinary', {}],
      ['with everything', { owner: 'a#b', uid: 'u-1', source: 'queue', headers: { 'X-Trace': '' } }],
      ['empty', { body: { at: 'inline', bytes: new Uint8Array() }, contentType: 'text/plain' }],
      ['of repeating bytes', { body: { at: 'inline', bytes: Buffer.alloc(200 * 1024, 'posthorn ') } }],
      ['that does not compress', { body: { at: 'inline', bytes: Uint8Array.from([0, 255, 254, 13, 10]) } }],
      ['that is delivered later', { deliverAt: NOW + 365 * DAY_MS }],
      ['with its body in the bucket', { body: { at: 'bucket', size: 900_000 } }],
      [
        'with its body in the bucket by its digest',
        { body: { at: 'bucket', size: 900_000, digest: 'Ab_-9' } },
      ],
      ['without matches', { matches: { kind: 'listed', endpoints: [] } }],
      ['with chunked matches', { matches: { kind: 'chunked' } }],
      ['with a hundred matches', { matches: { kind: 'listed', endpoints: ids(100) } }],
    ];
    it.each(variants)('gives back an event %s as it was', async (_, over) => {
      const store = make();
      const event = at(NOW, { project: freshId('prj'), ...over });
      expect(await store.put(event)).toBe('stored');
      const read = await store.get(event.project, event.id);
      expect(read && plain(read)).toEqual(plain(event));
    });

    it('stores an event once and never changes it', async () => {
      const store = make();
      const event = at(NOW, { project: freshId('prj') });
      const answers = await Promise.all([store.put(event), store.put(event)]);
      expect(answers.toSorted()).toEqual(['exists', 'stored']);
      expect(await store.put({ ...event, type: 'other' })).toBe('exists');
      expect(await store.get(event.project, event.id)).toMatchObject({ type: event.type });
    });

    it('shows an event to its project only, and finds nothing under a text that is no id', async () => {
      const store = make();
      const event = at(NOW, { project: freshId('prj') });
      await store.put(event);
      expect(await store.get(freshId('prj'), event.id)).toBeUndefined();
      expect(await store.get(event.project, 'evt_')).toBeUndefined();
      expect(await store.get(event.project, freshEventId())).toBeUndefined();
    });

    it('pages newest first over days, shards and the empty days between', async () => {
      const store = make();
      const project = freshId('prj');
      const times = [0, 0, 0, 1, 2, 3, DAY_MS, DAY_MS + 1, 12 * DAY_MS, 29 * DAY_MS].map((ago) => NOW - ago);
      const events = times.map((timeMs) => at(timeMs, { project }));
      for (const event of events.toReversed()) await store.put(event);
      await store.put(at(NOW, { project: freshId('prj') }));
      for (const limit of [1, 3, 10, 50]) {
        const read = await everyPage((before) =>
          store.page(asked(project, { limit, ...(before !== undefined && { before }) })),
        );
        expect(read.map(plain), `limit ${limit}`).toEqual(events.toSorted(newestFirst).map(plain));
      }
    });

    it('has no next page behind one that is exactly full', async () => {
      const store = make();
      const project = freshId('prj');
      const events = [at(NOW - 2, { project }), at(NOW - 1, { project })];
      for (const event of events) await store.put(event);
      const query = asked(project, { limit: 2 });
      const page = await store.page(query);
      expect(page.items).toHaveLength(2);
      expect(page.next).toBeUndefined();
      expect(page.covered).toEqual(query.window);
    });

    it('keeps to the window: its start belongs to it, its end does not', async () => {
      const store = make();
      const project = freshId('prj');
      const [before, first, last, end] = [999, 1000, 1999, 2000].map((ms) => at(NOW + ms, { project }));
      for (const event of [before!, first!, last!, end!]) await store.put(event);
      const page = await store.page(asked(project, { window: { from: NOW + 1000, to: NOW + 2000 } }));
      expect(page.items.map((event) => event.id)).toEqual([last!.id, first!.id]);
    });

    it('finds the wanted ones by owner and type', async () => {
      const store = make();
      const project = freshId('prj');
      const wanted = at(NOW, { project, owner: 'acme', type: 'invoice.paid' });
      for (const event of [
        wanted,
        at(NOW, { project, type: 'invoice.paid' }),
        at(NOW, { project, owner: 'acme', type: 'user.made' }),
        at(NOW, { project, owner: 'other', type: 'invoice.paid' }),
      ]) {
        await store.put(event);
      }
      const page = await store.page(asked(project, { owner: 'acme', types: ['invoice.*'] }));
      expect(page.items.map((event) => event.id)).toEqual([wanted.id]);
    });

    it('stops at its budget and says what it covered', async () => {
      const store = make();
      const project = freshId('prj');
      const wanted = at(NOW - 10_000, { project, type: 'rare' });
      const others = [1, 2, 3, 4, 5].map((ago) => at(NOW - ago * 1000, { project }));
      for (const event of [wanted, ...others]) await store.put(event);
      const query = asked(project, { types: ['rare'], budget: 3 });
      const first = await store.page(query);
      expect(first).toEqual({
        items: [],
        next: others[2]!.id,
        covered: { from: NOW - 3000, to: query.window.to },
      });
      const second = await store.page({ ...query, before: others[2]!.id });
      expect(second.items.map((event) => event.id)).toEqual([wanted.id]);
      expect(second.next).toBeUndefined();
      expect(second.covered.from).toBe(query.window.from);
    });

    it('covers an empty window wholly', async () => {
      const store = make();
      const query = asked(freshId('prj'));
      expect(await store.page(query)).toEqual({ items: [], covered: query.window });
    });
  });
}

function ids(count: number): string[] {
  return Array.from({ length: count }, () => freshId('ep'));
}

/** Bytes as plain arrays: a Buffer and a Uint8Array of the same bytes are the same to everyone. */
export function plain(event: Event): unknown {
  const { body } = event;
  return { ...event, body: body.at === 'inline' ? Buffer.from(body.bytes).toString('base64') : body };
}
