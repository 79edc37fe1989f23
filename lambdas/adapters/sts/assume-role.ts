import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { AssumeRole, ClientSettings } from '../../ports/destinations.ts';

/** Shown in the CloudTrail of whoever owns the role. */
const SESSION_NAME = 'posthorn';

/** Of our own region, whoever's role it is. */
export function stsClient(settings: ClientSettings): STSClient {
  return new STSClient({ ...settings });
}

export function stsAssumeRole(client: STSClient): AssumeRole {
  return async (role, externalId, signal) => {
    const command = new AssumeRoleCommand({
      RoleArn: role,
      RoleSessionName: SESSION_NAME,
      ExternalId: externalId,
    });
    const { Credentials } = await client.send(command, { abortSignal: signal });
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
      throw new Error('STS answered without credentials');
    }
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiresAt: Expiration.getTime(),
    };
  };
}
