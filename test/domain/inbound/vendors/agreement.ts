/** Compares our verdict on a call with that of the vendor's own library, over many calls. */

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Preset } from '../../../../lambdas/domain/inbound/presets/preset.ts';
import { type InboundRequest, singleHeader } from '../../../../lambdas/domain/inbound/request.ts';
import { verifyInbound } from '../../../../lambdas/domain/inbound/verify.ts';
import fc from '../../../properties.ts';

export const NOW_SECONDS = 1_700_000_000;
export const VENDOR_URL = 'https://in.example.com/in/src_1?tenant=7';

export interface Vendor {
  readonly preset: Preset;
  readonly header: string;
  readonly secret: string;
  readonly otherSecret: string;
  /** As the library signs, or as the vendor documents it where its library only verifies. */
  readonly sign: (body: string, secret: string, at: number) => InboundRequest | Promise<InboundRequest>;
  /** The library's verdict: false, or whatever it throws, is a refusal. */
  readonly verify: (request: InboundRequest, secret: string) => unknown;
  readonly bodies?: fc.Arbitrary<string>;
  /** How old a call may be for both; absent where no time is signed. */
  readonly toleranceSeconds?: number;
}

export function call(
  headers: InboundRequest['headers'],
  body: string | Uint8Array,
  url = VENDOR_URL,
): InboundRequest {
  return { method: 'POST', url, headers, body: Buffer.from(body) };
}

export const bodyText = (request: InboundRequest) => Buffer.from(request.body).toString('utf8');
export const headerOf = (request: InboundRequest, name: string) => singleHeader(request, name) ?? '';

/** Any text but none: several libraries take an empty body for a forgotten one. */
export const TEXTS = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.json(),
  fc
    .array(fc.constantFrom('line', 'Grüße', '🎉', '\r\n', '\n', '\ufeff', '\u0000', '%', '+', '&', '='), {
      minLength: 1,
    })
    .map((parts) => parts.join('')),
);
export const JSON_TEXTS = fc.json();

export function ours(
  { preset, secret }: Pick<Vendor, 'preset' | 'secret'>,
  request: InboundRequest,
): boolean {
  return verifyInbound(preset, request, [secret], NOW_SECONDS).ok;
}

export async function theirs({ verify, secret }: Vendor, request: InboundRequest): Promise<boolean> {
  try {
    return (await verify(request, secret)) !== false;
  } catch {
    return false;
  }
}

const RUNS = { numRuns: 40 };
/** White space is left out: HTTP itself drops it around a value, and we do around an element. */
const EDITS = fc.record({
  at: fc.nat(200),
  drop: fc.boolean(),
  insert: fc.constantFrom('', ...'07zZ=,;.:+/-_!'),
});

/** The cases that are the same for every vendor. Call inside a `describe` of its name. */
export function itAgrees(vendor: Vendor): void {
  const { secret, otherSecret, header, toleranceSeconds, bodies = TEXTS } = vendor;
  const signed = async (body: string, key = secret, at = NOW_SECONDS) => vendor.sign(body, key, at);
  const withHeader = (request: InboundRequest, value: string): InboundRequest => ({
    ...request,
    headers: { ...request.headers, [header]: value },
  });
  const expectBoth = async (request: InboundRequest, good: boolean) => {
    expect({ ours: ours(vendor, request), theirs: await theirs(vendor, request) }).toEqual({
      ours: good,
      theirs: good,
    });
  };

  describe('in agreement with its library', () => {
    beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: NOW_SECONDS * 1000 }));
    afterAll(() => void vi.useRealTimers());

    test('believes what is signed, whatever the body', async () => {
      await fc.assert(
        fc.asyncProperty(bodies, async (body) => expectBoth(await signed(body), true)),
        RUNS,
      );
    });

    test('refuses another body under the same signature', async () => {
      await fc.assert(
        fc.asyncProperty(bodies, bodies, async (body, other) => {
          const forged = { ...(await signed(body)), body: (await signed(other)).body };
          fc.pre(bodyText(forged) !== bodyText(await signed(body)));
          await expectBoth(forged, false);
        }),
        RUNS,
      );
    });

    test('refuses what another secret signed', async () => {
      await fc.assert(
        fc.asyncProperty(bodies, async (body) => expectBoth(await signed(body, otherSecret), false)),
        RUNS,
      );
    });

    test('refuses a call without a signature, or with half of one', async () => {
      const request = await signed('{"type":"a.b"}');
      const { [header]: value, ...others } = request.headers;
      await expectBoth({ ...request, headers: others }, false);
      for (const wrong of [
        '',
        'garbage',
        String(value).slice(0, -20),
        [...String(value)].reverse().join(''),
      ]) {
        await expectBoth(withHeader(request, wrong), false);
      }
    });

    test('never believes an edited header that the library refuses', async () => {
      await fc.assert(
        fc.asyncProperty(bodies, EDITS, async (body, { at, drop, insert }) => {
          const request = await signed(body);
          const value = headerOf(request, header);
          const index = at % value.length;
          const edited = value.slice(0, index) + insert + value.slice(index + (drop ? 1 : 0));
          const changed = withHeader(request, edited);
          if (ours(vendor, changed)) expect(await theirs(vendor, changed)).toBe(true);
        }),
        { numRuns: 150 },
      );
    });

    if (toleranceSeconds !== undefined) {
      test(`holds the age of a call to ${toleranceSeconds} seconds`, async () => {
        const body = '{"type":"a.b"}';
        await expectBoth(await signed(body, secret, NOW_SECONDS - toleranceSeconds), true);
        await expectBoth(await signed(body, secret, NOW_SECONDS - toleranceSeconds - 1), false);
      });
    }
  });
}

/** A disagreement that is meant: the reason is the test's name. */
export function itIsStricter(
  why: string,
  vendor: Vendor,
  make: () => InboundRequest | Promise<InboundRequest>,
): void {
  test(`stricter than its library: ${why}`, async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW_SECONDS * 1000 });
    try {
      const request = await make();
      expect({ ours: ours(vendor, request), theirs: await theirs(vendor, request) }).toEqual({
        ours: false,
        theirs: true,
      });
    } finally {
      vi.useRealTimers();
    }
  });
}

/** The other way round, where no caller without the secret gains anything by it. */
export function itTakesMore(
  why: string,
  vendor: Vendor,
  make: () => InboundRequest | Promise<InboundRequest>,
): void {
  test(`takes what its library refuses: ${why}`, async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW_SECONDS * 1000 });
    try {
      const request = await make();
      expect({ ours: ours(vendor, request), theirs: await theirs(vendor, request) }).toEqual({
        ours: true,
        theirs: false,
      });
    } finally {
      vi.useRealTimers();
    }
  });
}
