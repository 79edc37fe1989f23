import { describe, expect, it } from 'vitest';
import { idFloor, idTimeMs, newId } from '../../lambdas/domain/ids.ts';
import type { LogPage, Window } from '../../lambdas/domain/listing.ts';
import { cutPage } from '../../lambdas/domain/paging.ts';
import { NOW } from '../factories.ts';
import fc from '../properties.ts';

interface Row {
  readonly id: string;
  readonly wanted: boolean;
}

/** Rows newest first, several in the same millisecond now and then. */
const rows = fc
  .array(
    fc.record({
      ago: fc.nat(20),
      salt: fc.uint8Array({ minLength: 10, maxLength: 10 }),
      wanted: fc.boolean(),
    }),
    {
      maxLength: 40,
    },
  )
  .map((made) => {
    const byId = new Map<string, Row>();
    for (const { ago, salt, wanted } of made) {
      const id = newId('ep', NOW - ago, salt);
      byId.set(id, { id, wanted });
    }
    return [...byId.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
  });
const WINDOW: Window = { from: NOW - 100, to: NOW + 1 };

function read(all: readonly Row[], limit: number, budget: number, before?: string): Promise<LogPage<Row>> {
  return cutPage(
    all.filter((row) => before === undefined || row.id < before),
    {
      window: WINDOW,
      ...(before !== undefined && { before }),
      limit,
      budget,
      id: (row) => row.id,
      wanted: (row) => row.wanted,
    },
  );
}

async function everyPage(all: readonly Row[], limit: number, budget: number): Promise<LogPage<Row>[]> {
  const pages = [await read(all, limit, budget)];
  while (pages.at(-1)!.next !== undefined) pages.push(await read(all, limit, budget, pages.at(-1)!.next));
  return pages;
}

describe('a page of a log', () => {
  const cuts = [rows, fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 12 })] as const;

  it('together with the pages after it shows every wanted row once, newest first', async () => {
    await fc.assert(
      fc.asyncProperty(...cuts, async (all, limit, budget) => {
        const pages = await everyPage(all, limit, budget);
        expect(pages.flatMap((page) => page.items)).toEqual(all.filter((row) => row.wanted));
      }),
    );
  });

  it('is never longer than its limit or its budget', async () => {
    await fc.assert(
      fc.asyncProperty(...cuts, async (all, limit, budget) => {
        for (const page of await everyPage(all, limit, budget)) {
          expect(page.items.length).toBeLessThanOrEqual(Math.min(limit, budget));
        }
      }),
    );
  });

  it('is full when another follows, and never an empty last one, as long as the budget lasts', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 10 }), async (all, limit) => {
        const pages = await everyPage(all, limit, 1000);
        const last = pages.pop()!;
        expect(pages.map((page) => page.items.length)).toEqual(pages.map(() => limit));
        expect(last.items.length > 0 || pages.length === 0).toBe(true);
      }),
    );
  });

  it('covers the window without gaps: each page goes on where the one before ended', async () => {
    await fc.assert(
      fc.asyncProperty(...cuts, async (all, limit, budget) => {
        const pages = await everyPage(all, limit, budget);
        expect(pages[0]!.covered.to).toBe(WINDOW.to);
        expect(pages.at(-1)!.covered.from).toBe(WINDOW.from);
        for (const [i, page] of pages.slice(1).entries()) {
          expect(page.covered.to).toBe(pages[i]!.covered.from + 1);
        }
      }),
    );
  });

  it('looks at no more than its budget and one', async () => {
    let looked = 0;
    async function* endless(): AsyncGenerator<Row> {
      for (let ago = 0; ; ago++) {
        looked++;
        yield { id: `${idFloor('ep', NOW - ago)}0000000000000000`, wanted: false };
      }
    }
    const page = await cutPage(endless(), {
      window: WINDOW,
      limit: 1,
      budget: 7,
      id: (row) => row.id,
      wanted: (row) => row.wanted,
    });
    expect(looked).toBe(8);
    expect(page.items).toEqual([]);
    expect(idTimeMs(page.next!)).toBe(NOW - 6);
  });
});
