import type { ResponseStore } from '../../ports/delivery-log.ts';
import { type PackedBytes, packBytes, unpackBytes } from './items/bytes.ts';
import { expiryOf, responseKey } from './items/log-keys.ts';
import type { DynamoClient } from './operations.ts';
import { getItem, type ItemKey, putItem } from './table.ts';

interface ResponseItem extends ItemKey, PackedBytes {
  readonly v: 1;
  readonly h: Readonly<Record<string, string>>;
  readonly cut?: true;
  readonly expires: number;
}

/** Responses beside their deliveries, compressed. */
export function dynamoResponses(args: {
  readonly client: DynamoClient;
  readonly table: string;
  readonly retentionDays: number;
}): ResponseStore {
  return {
    async putResponse(key, attempt, response) {
      const item: ResponseItem = {
        ...responseKey(key, attempt),
        v: 1,
        h: response.headers,
        ...packBytes(response.body),
        ...(response.truncated && { cut: true }),
        expires: expiryOf('evt', key.event, args.retentionDays, key.deliverAt),
      };
      await putItem(args, { ...item });
    },
    async getResponse(key, attempt) {
      const found = await getItem(args, responseKey(key, attempt));
      if (found === undefined) return undefined;
      const item = found as unknown as ResponseItem;
      return { headers: item.h, body: unpackBytes(item), truncated: item.cut ?? false };
    },
  };
}
