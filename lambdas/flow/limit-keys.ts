/** Whether an API key may make one more request now. */
import {
  allowanceOf,
  creditOf,
  type KeyAccount,
  type KeyRate,
  latestFor,
  NEW_ACCOUNT,
  retryAfterSeconds,
  tokenMs,
} from '../domain/limits/key-rate.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { RateMeter } from '../ports/rate.ts';
import type { LimitKey } from '../ports/use-case.ts';

export interface LimitKeysDeps {
  readonly rate: KeyRate;
  readonly rates: RateMeter;
  readonly clock: Clock;
  readonly log: Log;
}

/** An instance whose payment was refused asks again after so long: sooner than a bucket fills, so no token is lost. */
const ASK_AGAIN_MS = 250;
const MAX_ACCOUNTS = 1_000;
/** A bucket's place in time is never given up, whatever the clocks: it ends with the burst it was made from. */
const FOREVER_MS = 86_400_000;

interface Account {
  state: KeyAccount;
  askFrom: number;
  paying: Promise<void> | undefined;
}

/** One an instance. Fails open: a count that can't be written refuses nobody. */
export function createKeyLimiter(deps: LimitKeysDeps): LimitKey {
  const { rate, clock } = deps;
  const accounts = new Map<string, Account>();
  const credit = creditOf(rate);

  function accountOf(key: string): Account {
    const found = accounts.get(key);
    if (found !== undefined) return found;
    const made: Account = { state: NEW_ACCOUNT, askFrom: 0, paying: undefined };
    accounts.set(key, made);
    if (accounts.size > MAX_ACCOUNTS) accounts.delete(accounts.keys().next().value!);
    return made;
  }

  return async (key) => {
    const account = accountOf(key);
    while (account.state.unpaid >= credit) {
      if (account.paying === undefined && clock.now() < account.askFrom) {
        const allowance = { ...allowanceOf(rate, account.state, clock.now()), remaining: 0 };
        return { admitted: false, allowance, retryAfterSeconds: retryAfterSeconds(rate, account.state) };
      }
      account.paying ??= pay(deps, key, account).finally(() => {
        account.paying = undefined;
      });
      await account.paying;
    }
    account.state = { ...account.state, unpaid: account.state.unpaid + 1 };
    return { admitted: true, allowance: allowanceOf(rate, account.state, clock.now()) };
  };
}

async function pay({ rate, rates, clock, log }: LimitKeysDeps, key: string, account: Account): Promise<void> {
  const now = clock.now();
  const count = account.state.unpaid;
  const until = latestFor(rate, count, now);
  const tokens = { endpoint: key, count, intervalMs: tokenMs(rate), now, until, beyond: now + FOREVER_MS };
  try {
    const fullAt = await rates.take(tokens);
    if (fullAt === undefined) account.askFrom = clock.now() + ASK_AGAIN_MS;
    else account.state = { unpaid: account.state.unpaid - count, fullAt };
  } catch (cause) {
    log.warn('key_rate.not_counted', { key, requests: count, cause: String(cause) });
    account.state = { ...account.state, unpaid: account.state.unpaid - count };
  }
}
