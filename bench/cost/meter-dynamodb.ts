/** Counts DynamoDB calls as they are billed, from what went over the wire. */

import type { WireItem } from './item-size.ts';
import { itemReadUnits, queryReadUnits } from './read-units.ts';
import { type ItemReader, type Shadow, shadowKey } from './shadow.ts';
import type { Tally } from './usage.ts';
import { indexWriteUnits, type TableShape, writeUnits } from './write-units.ts';

export interface DynamoCall {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Undefined when it was refused. */
  readonly output: Readonly<Record<string, unknown>> | undefined;
  /** Of a refusal: `ConditionalCheckFailedException`. */
  readonly error?: string;
}

export interface DynamoMeter {
  count(call: DynamoCall): Promise<void>;
}

/** @throws Error at an operation it knows no price for: a table that leaves something out would be worse than none */
export function meterDynamo(args: {
  readonly tally: Tally;
  readonly shapes: ReadonlyMap<string, TableShape>;
  readonly shadow: Shadow;
  /** Reads past the meter. */
  readonly read: ItemReader;
  /** Told of each write's key and units, its indexes left out. */
  readonly onWrite?: (key: WireItem, units: number) => void;
}): DynamoMeter {
  const { tally, shadow } = args;

  function shapeOf(table: string): TableShape {
    const shape = args.shapes.get(table);
    if (shape === undefined) throw new Error(`no table ${table}`);
    return shape;
  }

  function wrote(table: string, key: WireItem, after: WireItem | undefined, failed: boolean): void {
    const shape = shapeOf(table);
    const at = shadowKey(shape, table, key);
    const before = shadow.get(at);
    const units = writeUnits(before, after);
    tally.add('writeUnits', units);
    args.onWrite?.(key, units);
    if (failed) return;
    tally.add('writeUnits', indexWriteUnits(shape, before, after));
    shadow.set(at, after);
  }

  return {
    async count({ operation, input, output, error }) {
      const table = String(input.TableName);
      const failed = error === 'ConditionalCheckFailedException';
      if (output === undefined && !failed) return;
      switch (operation) {
        case 'PutItem':
          return wrote(table, input.Item as WireItem, input.Item as WireItem, failed);
        case 'BatchWriteItem':
          return countBatchPut(input, (name, item) => wrote(name, item, item, false));
        case 'DeleteItem':
          return wrote(table, input.Key as WireItem, undefined, failed);
        case 'UpdateItem': {
          const key = input.Key as WireItem;
          return wrote(table, key, await args.read(table, key), failed);
        }
        case 'GetItem': {
          const units = itemReadUnits(output?.Item as WireItem | undefined, input.ConsistentRead === true);
          return tally.add('readUnits', units);
        }
        case 'Query':
          return tally.add(
            'readUnits',
            queryReadUnits((output?.Items ?? []) as WireItem[], input.ConsistentRead === true),
          );
        case 'BatchGetItem':
          return countBatchGet(tally, input, output ?? {});
        default:
          throw new Error(`DynamoDB ${operation} has no meter`);
      }
    },
  };
}

/** Of puts: what the bench seeds its tables with. */
function countBatchPut(
  input: Readonly<Record<string, unknown>>,
  put: (table: string, item: WireItem) => void,
): void {
  const asked = input.RequestItems as Record<string, { PutRequest: { Item: WireItem } }[]>;
  for (const [table, requests] of Object.entries(asked)) {
    for (const { PutRequest } of requests) put(table, PutRequest.Item);
  }
}

function countBatchGet(
  tally: Tally,
  input: Readonly<Record<string, unknown>>,
  output: Readonly<Record<string, unknown>>,
): void {
  const asked = input.RequestItems as Record<string, { Keys: WireItem[]; ConsistentRead?: boolean }>;
  const found = (output.Responses ?? {}) as Record<string, WireItem[]>;
  const left = (output.UnprocessedKeys ?? {}) as Record<string, { Keys: WireItem[] }>;
  for (const [table, { Keys, ConsistentRead }] of Object.entries(asked)) {
    const items = found[table] ?? [];
    const absent = Keys.length - items.length - (left[table]?.Keys.length ?? 0);
    for (const item of items) tally.add('readUnits', itemReadUnits(item, ConsistentRead === true));
    tally.add('readUnits', absent * itemReadUnits(undefined, ConsistentRead === true));
  }
}
