import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { eventBody } from '../../bench/cost/event-body.ts';
import { packBytes, unpackBytes } from '../../lambdas/adapters/dynamodb/items/bytes.ts';
import { DICTIONARY_1 } from '../../lambdas/adapters/dynamodb/items/dictionary.ts';
import fc from '../properties.ts';

describe('packed bytes', () => {
  it('come back as they were, and never take more room', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          const packed = packBytes(bytes);
          expect(Buffer.from(unpackBytes(packed))).toEqual(Buffer.from(bytes));
          expect(packed.b?.length ?? 0).toBeLessThanOrEqual(bytes.length);
        },
      ),
    );
  });

  it('stored before there was a dictionary are read still', () => {
    const bytes = Buffer.from('{"a":"aaaaaaaaaaaaaaaaaaaaaaaa"}');
    expect(Buffer.from(unpackBytes({ b: deflateRawSync(bytes), enc: 'd' }))).toEqual(bytes);
  });

  it('of an ordinary event of 2 KB leave room for the rest of its row in one write unit', () => {
    const body = Buffer.from(JSON.stringify(eventBody(1)));
    expect(body.length).toBeGreaterThan(1900);
    expect(packBytes(body).b!.length).toBeLessThan(800);
  });

  it('are read with the dictionary they were written with: it never changes', () => {
    expect(createHash('sha256').update(DICTIONARY_1).digest('hex')).toBe(
      '032b76e86f72e9f31ae927174cd261019e17cd2f65b1d75a6cbabc037001fa59',
    );
  });
});
