/** How bodies are kept: deflated when that makes them smaller, as they came otherwise. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';

export interface PackedBytes {
  readonly b?: Uint8Array;
  /** `d`: raw deflate. Absent: as it came. */
  readonly enc?: 'd';
}

/** Nothing is stored for no bytes. */
export function packBytes(bytes: Uint8Array): PackedBytes {
  if (bytes.length === 0) return {};
  const deflated = deflateRawSync(bytes);
  return deflated.length < bytes.length ? { b: deflated, enc: 'd' } : { b: bytes };
}

export function unpackBytes(packed: PackedBytes): Uint8Array {
  if (packed.b === undefined) return new Uint8Array();
  return packed.enc === 'd' ? inflateRawSync(packed.b) : packed.b;
}
