/** How bodies are kept: deflated when that makes them smaller, as they came otherwise. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { DICTIONARY_1 } from './dictionary.ts';

export interface PackedBytes {
  readonly b?: Uint8Array;
  /** `d`: raw deflate. `1`: raw deflate that began with `DICTIONARY_1`. Absent: as it came. */
  readonly enc?: 'd' | '1';
}

/** Nothing is stored for no bytes. */
export function packBytes(bytes: Uint8Array): PackedBytes {
  if (bytes.length === 0) return {};
  const deflated = deflateRawSync(bytes, { dictionary: DICTIONARY_1 });
  return deflated.length < bytes.length ? { b: deflated, enc: '1' } : { b: bytes };
}

export function unpackBytes(packed: PackedBytes): Uint8Array {
  if (packed.b === undefined) return new Uint8Array();
  switch (packed.enc) {
    case undefined:
      return packed.b;
    case 'd':
      return inflateRawSync(packed.b);
    case '1':
      return inflateRawSync(packed.b, { dictionary: DICTIONARY_1 });
  }
}
