import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../../lambdas/domain/delivery/wake.ts';
import type { DrainMarks, WakeLedger } from '../../../lambdas/ports/wakes.ts';
import { NOW } from '../../factories.ts';
import { freshId } from './fresh.ts';

export function wakeLedgerConforms(make: () => WakeLedger): void {
  let minutes = 0;
  const freshMinute = (): number => NOW / MINUTE_MS + minutes++;

  describe('wake ledger', () => {
    it('lists the unsettled wakes of one minute, a page at a time', async () => {
      const ledger = make();
      const minute = freshMinute();
      const wakes = [1, 2, 3].map(() => ({ project: freshId('prj'), endpoint: freshId('ep'), minute }));
      for (const wake of wakes) await ledger.note(wake);
      await ledger.note({ ...wakes[0]!, minute: freshMinute() });
      const sorted = wakes.toSorted((a, b) => (a.endpoint < b.endpoint ? -1 : 1));
      const first = await ledger.unsettled(minute, 2);
      expect(first.wakes).toEqual(sorted.slice(0, 2));
      const second = await ledger.unsettled(minute, 2, first.next);
      expect(second).toEqual({ wakes: sorted.slice(2) });
    });

    it('forgets what is settled; noting and settling twice are harmless', async () => {
      const ledger = make();
      const wake = { project: freshId('prj'), endpoint: freshId('ep'), minute: freshMinute() };
      const sibling = { ...wake, endpoint: freshId('ep') };
      for (const one of [wake, wake, sibling]) await ledger.note(one);
      await ledger.settle(wake);
      await ledger.settle(wake);
      expect(await ledger.unsettled(wake.minute, 10)).toEqual({ wakes: [sibling] });
    });

    it('remembers how far the sweeper came', async () => {
      const ledger = make();
      expect(await ledger.sweptThrough()).toBeUndefined();
      await ledger.setSweptThrough(29_000_000);
      await ledger.setSweptThrough(29_000_001);
      expect(await ledger.sweptThrough()).toBe(29_000_001);
    });
  });
}

export function drainMarksConform(make: () => DrainMarks): void {
  describe('drain marks', () => {
    it('keeps the last mark of each endpoint', async () => {
      const marks = make();
      const [endpoint, other] = [freshId('ep'), freshId('ep')];
      await marks.setMark(endpoint, { through: 'd#1', since: NOW });
      await marks.setMark(endpoint, { through: 'd#2', since: NOW + 1, resumesAt: NOW + 9 });
      expect(await marks.mark(endpoint)).toEqual({ through: 'd#2', since: NOW + 1, resumesAt: NOW + 9 });
      expect(await marks.mark(other)).toBeUndefined();
    });
  });
}
