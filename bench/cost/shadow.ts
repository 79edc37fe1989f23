/** Every item as it stands, because a write is billed by what it replaces too. */
import { itemSize, type WireItem } from './item-size.ts';
import { entryOf, type TableShape } from './write-units.ts';

export interface Shadow {
  get(key: string): WireItem | undefined;
  set(key: string, item: WireItem | undefined): void;
  /** Byte-months of everything written since the last call: each item, and its index entries, until it expires. */
  takeByteMonths(now: number): number;
}

export type ItemReader = (table: string, key: WireItem) => Promise<WireItem | undefined>;

const SEPARATOR = '\n';
/** What DynamoDB adds to each item and each index entry when it bills storage. */
const OVERHEAD_BYTES = 100;
const MONTH_SECONDS = 30 * 86_400;

/** `item`: all of it, or its key alone. */
export function shadowKey(shape: TableShape, table: string, item: WireItem): string {
  return [table, JSON.stringify(item[shape.partition]), JSON.stringify(item[shape.sort])].join(SEPARATOR);
}

export function createShadow(shapes: ReadonlyMap<string, TableShape>): Shadow {
  const items = new Map<string, WireItem>();
  const touched = new Set<string>();

  function storedBytes(key: string, item: WireItem): number {
    const shape = shapes.get(key.slice(0, key.indexOf(SEPARATOR)));
    let bytes = itemSize(item) + OVERHEAD_BYTES;
    for (const index of shape?.indexes ?? []) {
      const entry = entryOf(shape!, index, item);
      if (entry !== undefined) bytes += itemSize(entry) + OVERHEAD_BYTES;
    }
    return bytes;
  }

  return {
    get: (key) => items.get(key),
    set(key, item) {
      touched.add(key);
      if (item === undefined) items.delete(key);
      else items.set(key, item);
    },
    takeByteMonths(now) {
      let byteMonths = 0;
      for (const key of touched) {
        const item = items.get(key);
        const expires = Number(item?.expires?.N);
        // What never expires is configuration, not something an event leaves behind.
        if (item === undefined || Number.isNaN(expires)) continue;
        byteMonths += (storedBytes(key, item) * Math.max(0, expires - now / 1000)) / MONTH_SECONDS;
      }
      touched.clear();
      return byteMonths;
    },
  };
}
