/** Looking into a JSON body, for ids and for schemes that sign inside it. */
import { usableId } from '../read-header.ts';

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true });

/** The body as JSON; undefined when it is none. Vendors' own parsers may skip a byte order mark, and so does this. */
export function bodyJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(STRICT_UTF8.decode(body));
  } catch {
    return undefined;
  }
}

/** A member at a path of own keys; undefined where there is none. */
export function memberAt(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[key];
  }
  return at;
}

/** The sender's id inside the body, to know its repeats by. */
export function idInBody(body: Uint8Array, path: readonly string[]): string | undefined {
  return usableId(memberAt(bodyJson(body), path));
}
