/**
 * How large DynamoDB says an item is: names and values, by its published rules
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html).
 */

/** An attribute as it travels: `{"S": "text"}`, binary in base64. */
export type WireValue = Readonly<Record<string, unknown>>;
export type WireItem = Readonly<Record<string, WireValue>>;

/** A list or map, besides its elements. */
const CONTAINER_BYTES = 3;
/** Each element of a list or map, besides itself. */
const ELEMENT_BYTES = 1;

/** Bytes; 0 for an item that is not there. */
export function itemSize(item: WireItem | undefined): number {
  if (item === undefined) return 0;
  let size = 0;
  for (const [name, value] of Object.entries(item)) size += Buffer.byteLength(name) + valueSize(value);
  return size;
}

function valueSize(value: WireValue): number {
  const [[type, content] = ['', undefined]] = Object.entries(value);
  switch (type) {
    case 'S':
      return Buffer.byteLength(content as string);
    case 'N':
      return numberSize(content as string);
    case 'B':
      return Buffer.byteLength(content as string, 'base64');
    case 'BOOL':
    case 'NULL':
      return 1;
    case 'SS':
      return sum((content as string[]).map((text) => Buffer.byteLength(text)));
    case 'NS':
      return sum((content as string[]).map(numberSize));
    case 'BS':
      return sum((content as string[]).map((bytes) => Buffer.byteLength(bytes, 'base64')));
    case 'L':
      return CONTAINER_BYTES + sum((content as WireValue[]).map((one) => ELEMENT_BYTES + valueSize(one)));
    case 'M':
      return (
        CONTAINER_BYTES +
        itemSize(content as WireItem) +
        ELEMENT_BYTES * Object.keys(content as WireItem).length
      );
    default:
      throw new Error(`an attribute of the unknown type "${type}"`);
  }
}

/** One byte for every two significant digits, one more, and one for a minus sign. */
function numberSize(text: string): number {
  const digits = text
    .replace(/[eE].*$/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith('-') ? 1 : 0);
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
