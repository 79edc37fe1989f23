import { describe, expect, it } from 'vitest';
import { advance, type Delivery } from '../../../lambdas/domain/delivery/delivery.ts';
import type { Backlog, BacklogEntry, DeliveryWriter } from '../../../lambdas/ports/delivery-log.ts';
import { aDelivery, aLease, NOW } from '../../factories.ts';
import { freshEventId, freshId } from './fresh.ts';

export function backlogConforms(make: () => Backlog & DeliveryWriter): void {
  const waiting = (endpoint: string, dueAt: number, over: Partial<Delivery> = {}): Delivery =>
    aDelivery({
      endpoint,
      event: freshEventId(),
      state: { status: 'waiting', dueAt, where: 'backlog' },
      ...over,
    });
  const entry = ({ project, event, endpoint, type, owner }: Delivery): BacklogEntry => ({
    project,
    event,
    endpoint,
    type,
    ...(owner !== undefined && { owner }),
  });

  describe('backlog', () => {
    it('gives what is due, earliest first, with all a task needs', async () => {
      const store = make();
      const endpoint = freshId('ep');
      const late = waiting(endpoint, NOW + 1);
      const [third, first, second] = [
        waiting(endpoint, NOW),
        waiting(endpoint, 999, { owner: 'acme', type: 'user.made' }),
        waiting(endpoint, NOW - 1),
      ];
      for (const delivery of [late, third, first, second]) await store.save(delivery);
      await store.save(waiting(freshId('ep'), NOW));
      const page = await store.due(endpoint, NOW, 10);
      expect(page.entries).toEqual([first, second, third].map(entry));
      expect(page.next).toBeUndefined();
    });

    it('keeps what waits for its subscription to be changed apart, by subscription', async () => {
      const store = make();
      const endpoint = freshId('ep');
      const [a, b] = [freshId('sub'), freshId('sub')];
      const unsendable = (via: string) =>
        aDelivery({
          endpoint,
          event: freshEventId(),
          via,
          state: { status: 'held', why: 'transformation_failed' },
        });
      const [one, two, other] = [unsendable(a), unsendable(a), unsendable(b)];
      for (const delivery of [two, one, other]) await store.save(delivery);
      const inOrder = [one, two].toSorted((x, y) => (x.event < y.event ? -1 : 1)).map(entry);
      expect((await store.held(endpoint, 10)).entries).toEqual([]);
      expect((await store.due(endpoint, Number.MAX_SAFE_INTEGER, 10)).entries).toEqual([]);
      expect((await store.unsendable(endpoint, b, 10)).entries).toEqual([entry(other)]);
      const first = await store.unsendable(endpoint, a, 1);
      expect(first.entries).toEqual(inOrder.slice(0, 1));
      const second = await store.unsendable(endpoint, a, 1, first.next);
      expect(second).toMatchObject({ entries: inOrder.slice(1) });
      expect(second.next).toBeUndefined();
      expect((await store.unsendable(endpoint, undefined, 10)).entries).toHaveLength(3);
    });

    it('pages, and continues after an entry that is gone', async () => {
      const store = make();
      const endpoint = freshId('ep');
      const all = [1, 2, 3, 4, 5].map((ms) => waiting(endpoint, NOW + ms));
      for (const delivery of all) await store.save(delivery);
      const first = await store.due(endpoint, NOW + 10, 2);
      expect(first.entries).toEqual(all.slice(0, 2).map(entry));
      expect(first.next).toBe(first.last);
      await store.save(advance(all[1]!, { status: 'sending', lease: aLease() }, NOW));
      const second = await store.due(endpoint, NOW + 10, 3, first.next);
      expect(second.entries).toEqual(all.slice(2).map(entry));
      expect(second.next).toBeUndefined();
      expect((await store.due(endpoint, NOW + 10, 3, second.last)).entries).toEqual([]);
    });

    it('finds nothing when it starts beyond the time asked for', async () => {
      const store = make();
      const endpoint = freshId('ep');
      await store.save(waiting(endpoint, NOW));
      const { last } = await store.due(endpoint, NOW, 1);
      expect(await store.due(endpoint, NOW - 5000, 1, last)).toEqual({ entries: [] });
    });

    it('holds only what waits in it', async () => {
      const store = make();
      const endpoint = freshId('ep');
      const delivery = waiting(endpoint, NOW);
      await store.save(delivery);
      const states = [
        { status: 'sending', lease: aLease() },
        { status: 'waiting', dueAt: NOW, where: 'queue' },
        { status: 'succeeded' },
        { status: 'failed', stopReason: 'exhausted' },
      ] as const;
      let now = delivery;
      for (const state of states) {
        now = advance(now, state, NOW);
        await store.save(now);
        expect((await store.due(endpoint, NOW, 10)).entries, state.status).toEqual([]);
      }
      now = advance(now, delivery.state, NOW);
      await store.save(now);
      expect((await store.due(endpoint, NOW, 10)).entries).toEqual([entry(now)]);
    });

    it('keeps held ones apart, by event', async () => {
      const store = make();
      const endpoint = freshId('ep');
      const held = [1, 2, 3].map(() =>
        waiting(endpoint, 0, { state: { status: 'held', why: 'endpoint_paused' } }),
      );
      const due = waiting(endpoint, NOW);
      for (const delivery of [due, ...held.toReversed()]) await store.save(delivery);
      const first = await store.held(endpoint, 2);
      expect(first.entries).toEqual(held.slice(0, 2).map(entry));
      const second = await store.held(endpoint, 2, first.next);
      expect(second.entries).toEqual(held.slice(2).map(entry));
      expect(second.next).toBeUndefined();
      expect((await store.due(endpoint, NOW, 10)).entries).toEqual([entry(due)]);
      expect(await store.held(freshId('ep'), 10)).toEqual({ entries: [] });
    });
  });
}
