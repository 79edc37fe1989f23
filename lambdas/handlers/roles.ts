import type { AssumeRole, ClientSettings } from '../ports/destinations.ts';
import { once } from './once.ts';

/** Of clients for receivers inside AWS. The SDK's second try is for connections that AWS closed while we slept. */
export const CLIENT_SETTINGS: ClientSettings = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 3_000 },
};

/** Most gateways have no roles: their client is made when the first is met. */
export function roles(): AssumeRole {
  const client = once(async () => {
    const { stsAssumeRole, stsClient } = await import('../adapters/sts/assume-role.ts');
    return stsAssumeRole(stsClient(CLIENT_SETTINGS));
  });
  return async (...asked) => (await client())(...asked);
}
