/** Read units: each 4 KB begun, half when eventually consistent. */
import { itemSize, type WireItem } from './item-size.ts';

const READ_UNIT_BYTES = 4096;

/** One item, read alone or in a batch: each is rounded up by itself, and one that is not there costs as much as a small one. */
export function itemReadUnits(item: WireItem | undefined, consistent: boolean): number {
  return unitsOf(itemSize(item), consistent);
}

/** A query: the sum is rounded up once. */
export function queryReadUnits(items: readonly WireItem[], consistent: boolean): number {
  const bytes = items.reduce((total, item) => total + itemSize(item), 0);
  return unitsOf(bytes, consistent);
}

function unitsOf(bytes: number, consistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES)) * (consistent ? 1 : 0.5);
}
