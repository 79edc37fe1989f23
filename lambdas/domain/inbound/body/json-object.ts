/** JSON objects that carry a signature: read so that nobody else can read them differently. */

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const STRUCTURE = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/g;

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The object that bytes hold, or undefined: not UTF-8, not JSON, not an object, or a key written twice in one. Of two
 * equal keys we would check one and a receiver might use the other.
 */
export function jsonObjectOf(bytes: Uint8Array): JsonObject | undefined {
  try {
    const text = DECODER.decode(bytes);
    const value: unknown = JSON.parse(text);
    if (!isObject(value) || repeatsKey(text)) return undefined;
    return value;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own member that is text; undefined otherwise, also for what every object inherits. */
export function textMember(object: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** Whether an object in text that `JSON.parse` accepted has a key twice, however it is escaped. */
function repeatsKey(text: string): boolean {
  /** Of the objects and lists around; a list has none. */
  const keys: (Set<string> | undefined)[] = [];
  let last = '';
  for (const [token] of text.matchAll(STRUCTURE)) {
    if (token === '{') keys.push(new Set());
    else if (token === '[') keys.push(undefined);
    else if (token === '}' || token === ']') keys.pop();
    else if (token === ':') {
      const seen = keys.at(-1)!;
      const key = String(JSON.parse(last));
      if (seen.has(key)) return true;
      seen.add(key);
    }
    last = token;
  }
  return false;
}
