/** One table and the operations our adapters use of it. Reads are strongly consistent; an index can't be. */
import { type Condition, didNotHold } from './conditions.ts';
import type { DynamoClient } from './operations.ts';

export interface Table {
  readonly client: DynamoClient;
  readonly table: string;
}

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** What each adapter declares more exactly for its own items. */
export type Item = ItemKey & Readonly<Record<string, unknown>>;

export async function getItem(
  { client, table }: Table,
  { pk, sk }: ItemKey,
  consistent: 'strongly' | 'eventually' = 'strongly',
): Promise<Item | undefined> {
  const ConsistentRead = consistent === 'strongly';
  const answer = await client.get({ TableName: table, Key: { pk, sk }, ConsistentRead });
  return answer.Item as Item | undefined;
}

export async function putItem({ client, table }: Table, item: Item): Promise<void> {
  await client.put({ TableName: table, Item: item });
}

/**
 * Writes if the condition holds and says whether it did. Where a repeat of our own must not look like somebody
 * else's write, use `putOurs`.
 */
export async function putIf({ client, table }: Table, item: Item, condition: Condition): Promise<boolean> {
  try {
    await client.put({ TableName: table, Item: item, ...condition });
    return true;
  } catch (error) {
    if (didNotHold(error)) return false;
    throw error;
  }
}

/**
 * Writes if the condition holds; otherwise gives back what stands there. Clients repeat a write whose answer they
 * did not get, and the repeat finds the condition broken by the first try. So each write carries a token of its
 * own (`w`): when the stored one is ours, we wrote it.
 */
export async function putOurs(
  table: Table,
  item: Item & { readonly w: string },
  condition: Condition,
): Promise<{ readonly written: true } | { readonly written: false; readonly stored: Item | undefined }> {
  if (await putIf(table, item, condition)) return { written: true };
  const stored = await getItem(table, item);
  return stored?.w === item.w ? { written: true } : { written: false, stored };
}

/** Whether there was something to delete. */
export async function deleteItem({ client, table }: Table, { pk, sk }: ItemKey): Promise<boolean> {
  const answer = await client.delete({ TableName: table, Key: { pk, sk }, ReturnValues: 'ALL_OLD' });
  return answer.Attributes !== undefined;
}

export type Sleep = (ms: number) => Promise<void>;
const BATCH_READ_TRIES = 5;
const FIRST_BACKOFF_MS = 25;

/**
 * At most 100 keys, in the order asked for. Throws when DynamoDB keeps leaving some unread. `eventually`: may be a
 * moment old, at half the price.
 */
export async function getItems(
  { client, table }: Table,
  keys: readonly ItemKey[],
  sleep: Sleep,
  consistent: 'strongly' | 'eventually' = 'strongly',
): Promise<readonly (Item | undefined)[]> {
  const found = new Map<string, Item>();
  // DynamoDB refuses a key that is asked for twice.
  let left = [...new Map(keys.map((key) => [textOf(key), { pk: key.pk, sk: key.sk }])).values()];
  const ConsistentRead = consistent === 'strongly';
  for (let tries = 0; left.length > 0; tries++) {
    if (tries === BATCH_READ_TRIES) throw unread(left.length, keys.length);
    if (tries > 0) await sleep(FIRST_BACKOFF_MS * 2 ** (tries - 1));
    const answer = await client.batchGet({ RequestItems: { [table]: { Keys: left, ConsistentRead } } });
    for (const item of (answer.Responses?.[table] ?? []) as Item[]) found.set(textOf(item), item);
    left = (answer.UnprocessedKeys?.[table]?.Keys ?? []) as { pk: string; sk: string }[];
  }
  return keys.map((key) => found.get(textOf(key)));
}

/** DynamoDB leaves rows unread when it is short of capacity: what any other call would be told as throttling. */
function unread(left: number, of: number): Error {
  return Object.assign(new Error(`${left} of ${of} rows stay unread`), { name: 'ThrottlingException' });
}

/** Neither part of a key holds a line break. */
function textOf(key: ItemKey): string {
  return `${key.pk}\n${key.sk}`;
}

export interface Range {
  readonly pk: string;
  /** Inclusive bounds of the sort key. */
  readonly from: string;
  readonly to: string;
  readonly newestFirst?: boolean;
  /** Start beyond this key; with an index it names the index's keys too. */
  readonly after?: Readonly<Record<string, string>>;
  readonly index?: { readonly name: string; readonly partition: string; readonly sort: string };
}

export interface ItemPage {
  readonly items: readonly Item[];
  /** Where the next page starts; absent at the end. */
  readonly after?: Readonly<Record<string, string>>;
}

/** One Query: up to `limit` items, fewer when they are large. */
export async function queryPage({ client, table }: Table, range: Range, limit?: number): Promise<ItemPage> {
  const { index } = range;
  const answer = await client.query({
    TableName: table,
    KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :from AND :to',
    ExpressionAttributeNames: { '#pk': index?.partition ?? 'pk', '#sk': index?.sort ?? 'sk' },
    ExpressionAttributeValues: { ':pk': range.pk, ':from': range.from, ':to': range.to },
    ScanIndexForward: range.newestFirst !== true,
    ExclusiveStartKey: range.after,
    Limit: limit,
    ...(index === undefined ? { ConsistentRead: true } : { IndexName: index.name }),
  });
  const items = (answer.Items ?? []) as Item[];
  const after = answer.LastEvaluatedKey as Record<string, string> | undefined;
  return { items, ...(after !== undefined && { after }) };
}

/** Up to `count` items of a range, or all, in as many Queries as it takes. */
export async function query(table: Table, range: Range, count?: number): Promise<readonly Item[]> {
  const items: Item[] = [];
  const missing = () => (count === undefined ? undefined : count - items.length);
  let after = range.after;
  do {
    const page = await queryPage(table, { ...range, ...(after && { after }) }, missing());
    items.push(...page.items);
    after = page.after;
  } while (after !== undefined && missing() !== 0);
  return items;
}
