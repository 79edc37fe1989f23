/** What is kept of a response. The receiver chooses all of it, so all of it is bounded. */
import type { IncomingHttpHeaders } from 'node:http';
import { MAX_KEPT_RESPONSE_BYTES, MAX_READ_RESPONSE_BYTES } from '../../domain/delivery/attempt.ts';

/** Each piece costs far more than its bytes, so a body of single bytes is large too. */
const MAX_PIECES = 1000;
const MAX_KEPT_HEADERS = 100;
const MAX_KEPT_HEADER_CHARACTERS = 8 * 1024;
const MAX_HEADER_VALUE_CHARACTERS = 2 * 1024;
/** These decide what happens next, so they are kept before any other. */
const DECIDING = ['retry-after', 'webhook-delivery', 'location', 'content-type'];

export function keepHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const deciding = DECIDING.filter((name) => headers[name] !== undefined);
  const others = Object.keys(headers).filter((name) => !DECIDING.includes(name));
  const kept: [string, string][] = [];
  let left = MAX_KEPT_HEADER_CHARACTERS;
  for (const name of [...deciding, ...others].slice(0, MAX_KEPT_HEADERS)) {
    const value = [headers[name]].flat().join(', ').slice(0, MAX_HEADER_VALUE_CHARACTERS);
    left -= name.length + value.length;
    if (left < 0) break;
    kept.push([name, value]);
  }
  return Object.fromEntries(kept);
}

export interface BodyKeeper {
  /** Takes a chunk; true when enough was read and the rest is not worth waiting for. */
  add(chunk: Uint8Array): boolean;
  body(): Uint8Array;
  /** More was read than is kept, or there was more to read. */
  cut(): boolean;
}

export function keepBody(keepBytes: number = MAX_KEPT_RESPONSE_BYTES): BodyKeeper {
  const chunks: Uint8Array[] = [];
  let kept = 0;
  let read = 0;
  let pieces = 0;
  const enough = () => read > MAX_READ_RESPONSE_BYTES || pieces >= MAX_PIECES;
  return {
    add(chunk) {
      read += chunk.length;
      pieces++;
      const room = keepBytes - kept;
      if (room > 0) {
        // Copied: a view would keep the whole read buffer alive for as long as the record.
        const part = Uint8Array.from(chunk.subarray(0, room));
        chunks.push(part);
        kept += part.length;
      }
      return enough();
    },
    body: () => Uint8Array.from(Buffer.concat(chunks)),
    cut: () => read > kept || enough(),
  };
}
