import type { ApiKey } from '../../domain/key.ts';
import type { KeyStore } from '../../ports/config.ts';
import { didNotHold, neverWritten, stillThere } from './conditions.ts';
import { docOf, LAST } from './items/config-item.ts';
import type { DynamoClient } from './operations.ts';
import { getItem, putOurs, query } from './table.ts';
import { type WriteToken, writeToken } from './write-token.ts';

/** API keys in the config table. */
export function dynamoKeys(args: {
  readonly client: DynamoClient;
  readonly table: string;
  readonly token?: WriteToken;
}): KeyStore {
  const token = args.token ?? writeToken;
  return {
    async key(project, id) {
      return docOf<ApiKey>(await getItem(args, { pk: project, sk: id }));
    },
    async createKey(key) {
      const item = { pk: key.project, sk: key.id, v: 1, w: token(), doc: key };
      const { written } = await putOurs(args, item, neverWritten());
      if (!written) throw new Error(`${key.id} exists`);
    },
    revokeKey: (project, id, at) => revoke(args, project, id, at),
    async listKeys(project) {
      const range = { pk: project, from: 'key_', to: `key_${LAST}`, newestFirst: true };
      const items = await query(args, range);
      return items.map((item) => docOf<ApiKey>(item)!);
    },
  };
}

/** The first revocation's time stands. */
async function revoke(
  { client, table }: { readonly client: DynamoClient; readonly table: string },
  project: string,
  id: string,
  at: number,
): Promise<'revoked' | 'absent'> {
  try {
    await client.update({
      TableName: table,
      Key: { pk: project, sk: id },
      UpdateExpression: 'SET #doc.#at = if_not_exists(#doc.#at, :at)',
      ExpressionAttributeNames: { '#doc': 'doc', '#at': 'revokedAt' },
      ExpressionAttributeValues: { ':at': at },
      ...stillThere(),
    });
    return 'revoked';
  } catch (error) {
    if (didNotHold(error)) return 'absent';
    throw error;
  }
}
