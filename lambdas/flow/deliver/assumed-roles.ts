/** Credentials of roles, kept while they are good. */
import type { Clock } from '../../ports/clock.ts';
import type { AssumeRole, RoleCredentials } from '../../ports/destinations.ts';

/** A call that begins with them must end with them, and clocks differ a little. */
const RENEW_BEFORE_MS = 5 * 60_000;
const MAX_KEPT = 200;

export interface AssumedRoles {
  credentials(role: string, externalId: string, signal: AbortSignal): Promise<RoleCredentials>;
  /** AWS refused them: a role made anew, or whose policy changed, needs a new session. */
  forget(role: string, externalId: string): void;
}

export function createAssumedRoles(clock: Clock, assume: AssumeRole): AssumedRoles {
  const kept = new Map<string, RoleCredentials>();
  const coming = new Map<string, Promise<RoleCredentials>>();

  async function take(key: string, role: string, externalId: string, signal: AbortSignal) {
    try {
      const fresh = await assume(role, externalId, signal);
      for (const oldest of kept.keys()) {
        if (kept.size < MAX_KEPT) break;
        kept.delete(oldest);
      }
      kept.set(key, fresh);
      return fresh;
    } finally {
      coming.delete(key);
    }
  }

  return {
    async credentials(role, externalId, signal) {
      const key = `${role} ${externalId}`;
      const known = kept.get(key);
      if (known !== undefined && known.expiresAt - clock.now() > RENEW_BEFORE_MS) return known;
      // A batch's deliveries come at once, and one session serves them all.
      const asked = coming.get(key) ?? take(key, role, externalId, signal);
      coming.set(key, asked);
      return asked;
    },
    forget: (role, externalId) => void kept.delete(`${role} ${externalId}`),
  };
}
