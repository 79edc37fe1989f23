import { describe, expect, it } from 'vitest';
import {
  advance,
  type Delivery,
  type DeliveryState,
  delayedDelivery,
} from '../../../lambdas/domain/delivery/delivery.ts';
import { DAY_MS, type DeliveryQuery } from '../../../lambdas/domain/listing.ts';
import type {
  DeliveryLister,
  DeliveryReader,
  DeliveryWriter,
  ResponseStore,
} from '../../../lambdas/ports/delivery-log.ts';
import { aDelivery, aKeptResponse, aLease, anAttempt, NOW } from '../../factories.ts';
import { everyPage, freshEventId, freshId } from './fresh.ts';

const STATES: readonly DeliveryState[] = [
  { status: 'succeeded' },
  { status: 'failed', stopReason: 'exhausted' },
  { status: 'failed', stopReason: 'receiver_aborted' },
  { status: 'canceled', stopReason: 'endpoint_deleted' },
  { status: 'held', why: 'endpoint_paused' },
  { status: 'held', why: 'endpoint_disabled', resend: { status: 'succeeded' } },
  { status: 'waiting', dueAt: NOW, where: 'queue' },
  { status: 'waiting', dueAt: NOW, where: 'backlog', manual: true },
  { status: 'waiting', dueAt: NOW, where: 'backlog', resend: { status: 'failed', stopReason: 'exhausted' } },
  { status: 'sending', lease: aLease() },
  { status: 'sending', lease: aLease(), resend: { status: 'canceled', stopReason: 'endpoint_deleted' } },
];

export function deliveriesConform(
  make: () => DeliveryReader & DeliveryWriter & DeliveryLister & ResponseStore,
): void {
  const one = (over: Partial<Delivery> = {}): Delivery =>
    aDelivery({ project: freshId('prj'), endpoint: freshId('ep'), event: freshEventId(), ...over });

  describe('deliveries', () => {
    it('gives back when a delivery was to be sent first', async () => {
      const store = make();
      const delivery = delayedDelivery(one(), NOW + 365 * DAY_MS, NOW);
      await store.save(delivery);
      expect(await store.getMany([delivery])).toEqual([delivery]);
    });

    it.each(STATES)('gives back a delivery that is $status as it was', async (state) => {
      const store = make();
      const attempts = [
        anAttempt({ response: aKeptResponse({ body: Buffer.from([0, 255]), truncated: true }) }),
        anAttempt({ number: 2, trigger: 'retry', url: 'https://moved.example/hook', response: 'aside' }),
        {
          ...anAttempt({ number: 3, trigger: 'manual', phases: { dns: 1, tls: 0 }, detail: 'no such host' }),
        },
        anAttempt({
          number: 4,
          response: aKeptResponse({ headers: {}, body: new Uint8Array() }),
          phases: {},
        }),
      ];
      const bare = { number: 5, trigger: 'retry', startedAt: NOW, durationMs: 1.5 } as const;
      const last = { ...bare, url: 'https://moved.example/hook', outcome: 'unknown', phases: {} } as const;
      const delivery = one({ owner: 'a#b', state, attempts: [...attempts, last] });
      expect(await store.save(delivery)).toBe('saved');
      const [read] = await store.getMany([delivery]);
      expect(read && plain(read)).toEqual(plain(delivery));
    });

    it('answers in the order asked for, with gaps, and twice when asked twice', async () => {
      const store = make();
      const [a, b] = [one({ attempts: [] }), one({ attempts: [] })];
      await store.save(a);
      await store.save(b);
      const elsewhere = { event: a.event, endpoint: b.endpoint };
      expect(await store.getMany([b, elsewhere, a, b])).toEqual([b, undefined, a, b]);
      expect(await store.getMany([])).toEqual([]);
    });

    it('reads a hundred at once', async () => {
      const store = make();
      const many = Array.from({ length: 100 }, () => one({ attempts: [] }));
      await Promise.all(many.map((delivery) => store.save(delivery)));
      expect(await store.getMany(many)).toEqual(many);
    });

    it('lets exactly one of two first records win', async () => {
      const store = make();
      const delivery = one();
      const answers = await Promise.all([store.save(delivery), store.save({ ...delivery, updatedAt: 1 })]);
      expect(answers.toSorted()).toEqual(['conflict', 'saved']);
    });

    it('lets exactly one of many changes of the same version win', async () => {
      const store = make();
      const delivery = one();
      await store.save(delivery);
      const changes = [1, 2, 3, 4, 5].map((ms) => advance(delivery, { status: 'succeeded' }, NOW + ms));
      const answers = await Promise.all(changes.map((change) => store.save(change)));
      expect(answers.filter((answer) => answer === 'saved')).toHaveLength(1);
      const [stored] = await store.getMany([delivery]);
      expect(stored?.updatedAt).toBe(changes[answers.indexOf('saved')]!.updatedAt);
    });

    it('calls the same record saved twice a conflict: two workers may have sent alike', async () => {
      const store = make();
      const delivery = one();
      expect(await store.save(delivery)).toBe('saved');
      expect(await store.save(delivery)).toBe('conflict');
      expect(await store.save(advance(advance(delivery, delivery.state, NOW), delivery.state, NOW))).toBe(
        'conflict',
      );
    });

    it('changes nothing that was never written', async () => {
      const store = make();
      const delivery = one({ version: 2 });
      expect(await store.save(delivery)).toBe('conflict');
      expect(await store.getMany([delivery])).toEqual([undefined]);
    });

    it('keeps responses beside it, one an attempt', async () => {
      const store = make();
      const delivery = one();
      const response = aKeptResponse({ body: Buffer.alloc(16 * 1024, 'x'), truncated: true });
      await store.putResponse(delivery, 1, response);
      await store.putResponse(delivery, 12, aKeptResponse({ body: new Uint8Array() }));
      const read = await store.getResponse(delivery, 1);
      expect(read && { ...read, body: Buffer.from(read.body) }).toEqual(response);
      expect((await store.getResponse(delivery, 12))?.body).toHaveLength(0);
      expect(await store.getResponse(delivery, 2)).toBeUndefined();
      expect(await store.getMany([delivery])).toEqual([undefined]);
    });
  });

  describe('deliveries of an endpoint', () => {
    const asked = (of: Delivery, over: Partial<DeliveryQuery> = {}): DeliveryQuery => ({
      project: of.project,
      endpoint: of.endpoint,
      window: { from: NOW - 30 * DAY_MS, to: NOW + DAY_MS },
      limit: 50,
      budget: 2000,
      ...over,
    });

    it('pages newest first over days, shards and the empty days between, without the responses', async () => {
      const store = make();
      const first = one({ attempts: [] });
      const ago = [0, 1, 2, 3, 4, DAY_MS, 3 * DAY_MS, 20 * DAY_MS, 28 * DAY_MS];
      const all = ago.map((ms) => ({ ...first, event: freshEventId(NOW - ms) }));
      for (const delivery of all.toReversed()) {
        await store.save(delivery);
        await store.putResponse(delivery, 1, aKeptResponse());
      }
      await store.save(one({ project: first.project }));
      const newestFirst = all.toSorted((a, b) => (a.event < b.event ? 1 : -1));
      for (const limit of [1, 4, 9, 50]) {
        const read = await everyPage((before) =>
          store.pageOfEndpoint(asked(first, { limit, ...(before !== undefined && { before }) })),
        );
        expect(read, `limit ${limit}`).toEqual(newestFirst);
      }
    });

    it('finds the wanted ones by status and type, within a budget', async () => {
      const store = make();
      const first = one({ attempts: [] });
      const at = (ago: number, over: Partial<Delivery> = {}): Delivery => ({
        ...first,
        event: freshEventId(NOW - ago),
        ...over,
      });
      const failed = at(5, { state: { status: 'failed', stopReason: 'exhausted' } });
      const others = [at(1), at(2), at(3), at(4), at(6, { ...failed, event: freshEventId(), type: 'other' })];
      for (const delivery of [failed, ...others]) await store.save(delivery);
      const query = asked(first, { statuses: ['failed', 'queued'], types: ['invoice.*'], budget: 4 });
      const read = await everyPage((before) =>
        store.pageOfEndpoint({ ...query, ...(before !== undefined && { before }) }),
      );
      expect(read).toEqual([failed]);
    });

    it('shows another project nothing', async () => {
      const store = make();
      const delivery = one();
      await store.save(delivery);
      const page = await store.pageOfEndpoint(asked(delivery, { project: freshId('prj') }));
      expect(page.items).toEqual([]);
      expect(page.next).toBeUndefined();
    });
  });
}

function plain(delivery: Delivery): unknown {
  return JSON.parse(JSON.stringify(delivery, bytesAsText));
}

function bytesAsText(_: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  // A Buffer is already turned into this shape when the replacer sees it.
  const buffer = value as { type?: string; data?: number[] } | null;
  if (buffer?.type === 'Buffer' && Array.isArray(buffer.data))
    return Buffer.from(buffer.data).toString('base64');
  return value;
}
