/** Values as DynamoDB's protocol writes them: strings, numbers, bytes, lists, maps, booleans and null. No sets. Pure. */

export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  /** Base64. */
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: AttributeMap };

export type AttributeMap = Readonly<Record<string, AttributeValue>>;
type Fields = Readonly<Record<string, unknown>>;

/**
 * Absent fields are left out, of lists too.
 * @throws TypeError for what could not be read back as it was written, naming it
 */
export function toAttributes(fields: Fields): AttributeMap {
  const map: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) put(map, name, toAttribute(value));
  }
  return map;
}

function toAttribute(value: unknown): AttributeValue {
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
      return { N: numberText(value) };
    case 'boolean':
      return { BOOL: value };
    case 'object':
      if (value === null) return { NULL: true };
      if (value instanceof Uint8Array) return { B: base64(value) };
      if (Array.isArray(value)) return { L: value.filter((one) => one !== undefined).map(toAttribute) };
      if (!(value instanceof Set || value instanceof Map || value instanceof Date)) {
        return { M: toAttributes(value as Fields) };
      }
  }
  throw new TypeError(`DynamoDB can't hold ${Object.prototype.toString.call(value)}`);
}

function numberText(value: number): string {
  if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    throw new TypeError(`DynamoDB can't hold the number ${value} exactly`);
  }
  return String(value);
}

function base64({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

export function fromAttributes(map: AttributeMap): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(map)) put(fields, name, fromAttribute(value));
  return fields;
}

function fromAttribute(value: AttributeValue): unknown {
  if ('S' in value) return value.S;
  if ('N' in value) return Number(value.N);
  if ('M' in value) return fromAttributes(value.M);
  if ('B' in value) return bytesOf(value.B);
  if ('L' in value) return value.L.map(fromAttribute);
  if ('BOOL' in value) return value.BOOL;
  if ('NULL' in value) return null;
  throw new TypeError(`DynamoDB gave a value of type ${Object.keys(value).join()}`);
}

function bytesOf(text: string): Uint8Array {
  const { buffer, byteOffset, byteLength } = Buffer.from(text, 'base64');
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Assigning to `__proto__` would set an object's prototype: headers of that name are somebody's data. */
function put<T>(target: Record<string, T>, name: string, value: T): void {
  if (name !== '__proto__') target[name] = value;
  else Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}
