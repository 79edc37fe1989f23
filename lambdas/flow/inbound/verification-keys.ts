/**
 * Public keys of senders, fetched once in a while. Only addresses that a scheme names or a source was given come here,
 * through the same guarded client as deliveries.
 */
import { NO_ALLOWANCE } from '../../domain/project.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HttpGetter } from '../../ports/http-caller.ts';
import type { Log } from '../../ports/log.ts';
import type { VerificationKeys } from '../../ports/verification-keys.ts';

export interface VerificationKeysDeps {
  readonly clock: Clock;
  readonly http: HttpGetter;
  readonly log: Log;
}

/** Keys are published long before they are used: nobody waits for them more often than this. */
const FRESH_MS = 6 * 3600_000;
/** A key that is not known may be new; strangers who make up key names must not make us ask all the time. */
const ASK_AGAIN_MS = 60_000;
/** Old keys are better than none while theirs can't be had. */
const USABLE_MS = 24 * 3600_000;
const TIMEOUT_MS = 5_000;
const MAX_KEY_BYTES = 64 * 1024;
const MAX_ADDRESSES = 1_000;
/** Of addresses never seen, for each source: strangers can make up many at one trusted host. */
const MAX_NEW_A_MINUTE = 60;

interface Kept {
  readonly text?: string;
  readonly fetchedAt: number;
  readonly askedAt: number;
}

export function createVerificationKeys(deps: VerificationKeysDeps): VerificationKeys {
  const kept = new Map<string, Kept>();
  const asking = new Map<string, Promise<void>>();
  const newInMinute = new Map<string, number>();
  let minute = 0;

  function mayAskNew(source: string, now: number): boolean {
    const current = Math.floor(now / 60_000);
    if (current !== minute) newInMinute.clear();
    minute = current;
    const asked = (newInMinute.get(source) ?? 0) + 1;
    newInMinute.set(source, asked);
    return asked <= MAX_NEW_A_MINUTE;
  }

  async function ask(url: string): Promise<void> {
    const before = kept.get(url);
    const result = await deps.http.get({
      url,
      timeoutMs: TIMEOUT_MS,
      allowance: NO_ALLOWANCE,
      keepBytes: MAX_KEY_BYTES,
    });
    const now = deps.clock.now();
    if (result.kind === 'response' && result.statusCode === 200 && !result.response.truncated) {
      kept.set(url, {
        text: Buffer.from(result.response.body).toString('utf8'),
        fetchedAt: now,
        askedAt: now,
      });
    } else {
      const why = result.kind === 'response' ? `status ${result.statusCode}` : (result.detail ?? result.kind);
      deps.log.warn('keys.not_fetched', { url, why });
      kept.set(url, { fetchedAt: 0, ...before, askedAt: now });
    }
    if (kept.size > MAX_ADDRESSES) kept.delete(leastUseful(kept));
  }

  return {
    async keysAt(url, refresh, source) {
      const now = deps.clock.now();
      const before = kept.get(url);
      if (before === undefined && !mayAskNew(source, now)) return undefined;
      const stale = before === undefined || now - before.fetchedAt >= FRESH_MS;
      if ((stale || refresh) && (before === undefined || now - before.askedAt >= ASK_AGAIN_MS)) {
        const running = asking.get(url) ?? ask(url).finally(() => asking.delete(url));
        asking.set(url, running);
        await running;
      }
      const found = kept.get(url);
      return found !== undefined && now - found.fetchedAt < USABLE_MS ? found.text : undefined;
    },
  };
}

/** The oldest that gave no key, so that made-up addresses push no real one out; the oldest of all when each did. */
function leastUseful(kept: ReadonlyMap<string, Kept>): string {
  for (const [url, { text }] of kept) if (text === undefined) return url;
  return kept.keys().next().value!;
}
