import { describe, expect, test } from 'vitest';
import { shareNext } from '../../lambdas/flow/share-next.ts';

/** Reads that end when they are told to. */
function reads() {
  const pending: { resolve: (value: string) => void; reject: (error: Error) => void }[] = [];
  const read = shareNext(
    () => new Promise<string>((resolve, reject) => void pending.push({ resolve, reject })),
  );
  return { read, pending };
}

describe('shareNext', () => {
  test('what is asked for during a read gets the next one, together', async () => {
    const { read, pending } = reads();
    const first = read();
    const [second, third] = [read(), read()];
    pending[0]!.resolve('old');
    expect(await first).toBe('old');
    expect(pending).toHaveLength(2);
    pending[1]!.resolve('new');
    expect(await Promise.all([second, third])).toEqual(['new', 'new']);
    expect(pending).toHaveLength(2);
  });

  test('a read that fails fails only for those who shared it', async () => {
    const { read, pending } = reads();
    const first = read();
    const second = read();
    pending[0]!.reject(new Error('throttled'));
    await expect(first).rejects.toThrow('throttled');
    pending[1]!.resolve('fine');
    expect(await second).toBe('fine');
    const later = read();
    expect(pending).toHaveLength(3);
    pending[2]!.resolve('later');
    expect(await later).toBe('later');
  });
});
