/** Ids nobody used before: suites share one set of tables, and each test lives in a project of its own. */
import { newHomedId, randomFrom } from '../../../lambdas/domain/ids.ts';
import { anId, HOME, NOW } from '../../factories.ts';

let made = 0;

export function freshId(prefix: 'prj' | 'ep' | 'sub' | 'key' | 'src', timeMs = NOW + made): string {
  made++;
  return anId(prefix, `fresh ${made}`, timeMs);
}

export function freshEventId(timeMs = NOW + made): string {
  made++;
  return newHomedId('evt', timeMs, randomFrom(`fresh event ${made}`), HOME);
}

export function freshRequestId(timeMs = NOW + made): string {
  made++;
  return newHomedId('req', timeMs, randomFrom(`fresh request ${made}`), HOME);
}

/** Every page of a list, one after the other; ends by itself only if the list does. */
export async function everyPage<T>(
  read: (before: string | undefined) => Promise<{ readonly items: readonly T[]; readonly next?: string }>,
): Promise<T[]> {
  const all: T[] = [];
  let before: string | undefined;
  do {
    const page = await read(before);
    all.push(...page.items);
    before = page.next;
  } while (before !== undefined);
  return all;
}
