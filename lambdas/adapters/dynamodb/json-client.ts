/** DynamoDB over its own protocol: the client of our functions. */
import type { CallAws } from '../../aws/json-client.ts';
import { type AttributeMap, fromAttributes, toAttributes } from './attribute-value.ts';
import type { DynamoClient } from './operations.ts';

type Values = Readonly<Record<string, unknown>>;
/** Which rows of one table, and how to read them. */
interface Reads {
  readonly Keys?: readonly Values[] | undefined;
}

export function jsonDynamoClient(call: CallAws): DynamoClient {
  const attributes = async (operation: string, input: object) => {
    const { Attributes } = await call(operation, written(input));
    return Attributes === undefined ? {} : { Attributes: read(Attributes) };
  };
  return {
    async get(input) {
      const { Item } = await call('GetItem', written(input));
      return Item === undefined ? {} : { Item: read(Item) };
    },
    async batchGet({ RequestItems, ...rest }) {
      const asked = perTable(RequestItems, (reads: Reads) => withKeys(reads, toAttributes));
      const { Responses, UnprocessedKeys } = await call('BatchGetItem', { ...rest, RequestItems: asked });
      return {
        Responses: perTable(Responses, (items: AttributeMap[]) => items.map(fromAttributes)),
        UnprocessedKeys: perTable(UnprocessedKeys, (reads: Reads) => withKeys(reads, read)),
      };
    },
    async query(input) {
      const { Items, LastEvaluatedKey } = await call('Query', written(input));
      return {
        Items: ((Items ?? []) as AttributeMap[]).map(fromAttributes),
        ...(LastEvaluatedKey !== undefined && { LastEvaluatedKey: read(LastEvaluatedKey) }),
      };
    },
    put: (input) => attributes('PutItem', input),
    update: (input) => attributes('UpdateItem', input),
    delete: (input) => attributes('DeleteItem', input),
  };
}

/** Parts of an input that hold values. */
const VALUES = ['Key', 'Item', 'ExpressionAttributeValues', 'ExclusiveStartKey'] as const;

function written(input: object): object {
  const wire: Record<string, unknown> = { ...input };
  for (const part of VALUES) {
    if (wire[part] !== undefined) wire[part] = toAttributes(wire[part] as Values);
  }
  return wire;
}

function read(map: unknown): Record<string, unknown> {
  return fromAttributes(map as AttributeMap);
}

function perTable<From, To>(tables: unknown, change: (of: From) => To): Record<string, To> {
  const entries = Object.entries((tables ?? {}) as Record<string, From>);
  return Object.fromEntries(entries.map(([table, of]) => [table, change(of)]));
}

function withKeys<Key>(reads: Reads, change: (key: Values) => Key): Omit<Reads, 'Keys'> & { Keys: Key[] } {
  return { ...reads, Keys: (reads.Keys ?? []).map(change) };
}
