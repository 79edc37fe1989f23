/** Credentials of roles, kept while they are good. */
import type { Clock } from '../ports/clock.ts';
import type { AssumeRole, RoleCredentials } from '../ports/destinations.ts';

/** A call that begins with them must end with them, and clocks differ a little. */
const RENEW_BEFORE_MS = 5 * 60_000;
const MAX_KEPT = 200;

export interface AssumedRoles {
  credentials(role: string, externalId: string, signal: AbortSignal): Promise<RoleCredentials>;
  /** AWS refused them: a role made anew, or whose policy changed, needs a new session. */
  forget(role: string, externalId: string): void;
}

export function createAssumedRoles(clock: Clock, assume: () => Promise<AssumeRole>): AssumedRoles {
  const kept = new Map<string, RoleCredentials>();
  return {
    async credentials(role, externalId, signal) {
      const key = `${role} ${externalId}`;
      const known = kept.get(key);
      if (known !== undefined && known.expiresAt - clock.now() > RENEW_BEFORE_MS) return known;
      const take = await assume();
      const fresh = await take(role, externalId, signal);
      if (kept.size >= MAX_KEPT) kept.clear();
      kept.set(key, fresh);
      return fresh;
    },
    forget: (role, externalId) => void kept.delete(`${role} ${externalId}`),
  };
}
