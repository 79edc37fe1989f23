/** Write units of one write, its secondary indexes included. */
import { itemSize, type WireItem } from './item-size.ts';

const WRITE_UNIT_BYTES = 1024;

export interface IndexShape {
  readonly name: string;
  readonly partition: string;
  readonly sort: string;
  /** Attributes it holds besides keys; all of them when absent. */
  readonly carries?: readonly string[];
}

export interface TableShape {
  readonly partition: string;
  readonly sort: string;
  readonly indexes: readonly IndexShape[];
}

/** The table's part: by the larger of the item before and after. A write whose condition failed costs the same. */
export function writeUnits(before: WireItem | undefined, after: WireItem | undefined): number {
  return unitsOf(Math.max(itemSize(before), itemSize(after)));
}

/** The indexes' part: an entry added, changed or removed is one write each; moving it to another key is two. */
export function indexWriteUnits(
  shape: TableShape,
  before: WireItem | undefined,
  after: WireItem | undefined,
): number {
  let units = 0;
  for (const index of shape.indexes) {
    const old = entryOf(shape, index, before);
    const next = entryOf(shape, index, after);
    if (old === undefined && next === undefined) continue;
    const moved = old !== undefined && next !== undefined && keyOf(index, old) !== keyOf(index, next);
    if (moved) units += unitsOf(itemSize(old)) + unitsOf(itemSize(next));
    else if (JSON.stringify(old) !== JSON.stringify(next)) {
      units += unitsOf(Math.max(itemSize(old), itemSize(next)));
    }
  }
  return units;
}

function unitsOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
}

/** Undefined when the item is not in the index: a part of its key is missing. */
export function entryOf(
  shape: TableShape,
  index: IndexShape,
  item: WireItem | undefined,
): WireItem | undefined {
  if (item?.[index.partition] === undefined || item[index.sort] === undefined) return undefined;
  if (index.carries === undefined) return item;
  const names = new Set([shape.partition, shape.sort, index.partition, index.sort, ...index.carries]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
}

function keyOf(index: IndexShape, entry: WireItem): string {
  return JSON.stringify([entry[index.partition], entry[index.sort]]);
}
