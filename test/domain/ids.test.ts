import { describe, expect, test } from 'vitest';
import {
  DELIVERY_SHARDS,
  dayOf,
  deliveryId,
  deliveryShard,
  homeOf,
  idFloor,
  idTimeMs,
  isId,
  MAX_SHARDS,
  newHomedId,
  newId,
  parseDeliveryId,
  parseHomedId,
  randomFrom,
} from '../../lambdas/domain/ids.ts';
import { KNOWN_REGIONS } from '../../lambdas/domain/region.ts';
import fc from '../properties.ts';

const YEAR_10000 = Date.UTC(10_000, 0, 1);
const times = fc.integer({ min: 0, max: YEAR_10000 - 1 });
const randoms = fc.uint8Array({ minLength: 16, maxLength: 16 });
const plainPrefixes = fc.constantFrom('ep', 'sub', 'src', 'key', 'prj', 'rpl');
const homedPrefixes = fc.constantFrom('evt', 'req');
const homes = fc.record({
  region: fc.constantFrom(...KNOWN_REGIONS),
  shards: fc.integer({ min: 1, max: MAX_SHARDS }),
});
const eventIds = fc.tuple(times, randoms, homes).map(([t, r, home]) => newHomedId('evt', t, r, home));
const endpointIds = fc.tuple(times, randoms).map(([t, r]) => newId('ep', t, r));

const EVENT = newHomedId('evt', 0, randomFrom('e'), { region: 'eu-west-1', shards: 4 });
const ENDPOINT = newId('ep', 0, randomFrom('e'));

describe('an id', () => {
  test('of a plain kind is recognised by its own prefix only', () => {
    fc.assert(
      fc.property(plainPrefixes, plainPrefixes, times, randoms, (prefix, other, time, random) => {
        expect(isId(other, newId(prefix, time, random))).toBe(prefix === other);
      }),
    );
  });

  test('of an event or request tells home region, shard, time and day by itself', () => {
    fc.assert(
      fc.property(homedPrefixes, times, randoms, homes, (prefix, timeMs, random, home) => {
        const id = newHomedId(prefix, timeMs, random, home);
        const parsed = parseHomedId(prefix, id)!;
        expect(parsed).toMatchObject({ id, timeMs, region: home.region, day: dayOf(timeMs) });
        expect(parsed.shard).toBeLessThan(home.shards);
        expect(parsed.day).toMatch(/^\d{8}$/);
        expect(homeOf(prefix, id)).toEqual(parsed);
      }),
    );
  });

  test('never contains a dot, so that id.timestamp.body is unambiguous', () => {
    fc.assert(
      fc.property(eventIds, endpointIds, (event, endpoint) => {
        expect(event + endpoint + deliveryId({ event, endpoint })).not.toContain('.');
      }),
    );
  });

  test('sorts by time within its kind', () => {
    fc.assert(
      fc.property(times, times, randoms, randoms, homes, homes, (a, b, ra, rb, ha, hb) => {
        fc.pre(a < b);
        expect(newHomedId('evt', a, ra, ha) < newHomedId('evt', b, rb, hb)).toBe(true);
      }),
    );
  });

  test('sorts at or after the floor of its moment, and before the floor of the next', () => {
    fc.assert(
      fc.property(times, randoms, homes, (time, random, home) => {
        const id = newHomedId('evt', time, random, home);
        expect(idFloor('evt', time) <= id).toBe(true);
        expect(id < idFloor('evt', time + 1)).toBe(true);
      }),
    );
  });

  test.each([-5, Number.POSITIVE_INFINITY, 2 ** 60, 0.5])('has a floor even at the odd moment %d', (time) => {
    expect(idFloor('evt', time)).toMatch(/^evt_[0-7][0-9A-Z]{9}$/);
  });

  test('gives back its time, a delivery’s being that of its event', () => {
    fc.assert(
      fc.property(times, randoms, endpointIds, homes, (time, random, endpoint, home) => {
        const event = newHomedId('evt', time, random, home);
        expect([idTimeMs(newId('sub', time, random)), idTimeMs(event)]).toEqual([time, time]);
        expect(idTimeMs(deliveryId({ event, endpoint }))).toBe(time);
      }),
    );
  });

  test('spreads over all shards of a project and all of a delivery’s partitions', () => {
    const ids = Array.from({ length: 500 }, (_, i) =>
      newHomedId('evt', i, randomFrom(`event ${i}`), { region: 'eu-west-1', shards: 8 }),
    );
    expect(new Set(ids.map((id) => homeOf('evt', id).shard)).size).toBe(8);
    expect(new Set(ids.map(deliveryShard)).size).toBe(DELIVERY_SHARDS);
  });

  test('of the same text is the same, of another text another', () => {
    expect(randomFrom('message 1')).toEqual(randomFrom('message 1'));
    expect(randomFrom('message 1')).not.toEqual(randomFrom('message 2'));
    expect(randomFrom('message 1').length).toBeGreaterThanOrEqual(10);
  });

  test.each([0, -1, 1.5, MAX_SHARDS + 1, Number.NaN])('is refused a home with %d shards', (shards) => {
    expect(() => newHomedId('evt', 0, randomFrom('x'), { region: 'eu-west-1', shards })).toThrow(RangeError);
  });

  test('of an unknown region is refused: the table has to be extended first', () => {
    const home = { region: 'mars-north-1', shards: 1 };
    expect(() => newHomedId('evt', 0, randomFrom('x'), home)).toThrow(/mars-north-1/);
  });
});

describe('a delivery id', () => {
  test('is its event’s and its endpoint’s', () => {
    fc.assert(
      fc.property(eventIds, endpointIds, (event, endpoint) => {
        expect(parseDeliveryId(deliveryId({ event, endpoint }))).toEqual({ event, endpoint });
      }),
    );
  });

  test.each([
    ['', 'empty'],
    ['dlv_', 'a prefix alone'],
    [EVENT, 'an event id'],
    [deliveryId({ event: EVENT, endpoint: ENDPOINT }).replace('dlv_', 'dvl_'), 'another prefix'],
    [deliveryId({ event: EVENT, endpoint: ENDPOINT }).slice(0, -1), 'a character short'],
    [`${deliveryId({ event: EVENT, endpoint: ENDPOINT })}0`, 'a character long'],
    [deliveryId({ event: EVENT, endpoint: ENDPOINT }).toLowerCase(), 'lower case'],
    [`dlv_${'u'.repeat(54)}`, 'letters that are not in the alphabet'],
  ])('%j is none: %s', (text) => expect(parseDeliveryId(text)).toBeUndefined());

  test('altered anywhere is another delivery’s or none, never the same', () => {
    const id = deliveryId({ event: EVENT, endpoint: ENDPOINT });
    for (let at = 0; at < id.length; at++) {
      const altered = `${id.slice(0, at)}${id[at] === 'Z' ? 'Y' : 'Z'}${id.slice(at + 1)}`;
      expect(parseDeliveryId(altered)).not.toEqual({ event: EVENT, endpoint: ENDPOINT });
    }
  });
});

describe('an event id', () => {
  test.each([
    ['', 'empty'],
    ['evt_', 'a prefix alone'],
    [EVENT.replace('evt_', 'req_'), 'a request id'],
    [EVENT.slice(0, -1), 'a character short'],
    [`${EVENT}0`, 'a character long'],
    [`${EVENT.slice(0, -2)}-0`, 'no region’s character'],
    [`${EVENT.slice(0, -1)}U`, 'no shard’s character'],
    [`${EVENT.slice(0, -2)}z0`, 'a region’s character nobody has yet'],
    [`evt_7ZZZZZZZZZ${'0'.repeat(16)}80`, 'a day that has no eight digits'],
    [`evt_${'💥'.repeat(14)}`, 'anything of the right length'],
    [` ${EVENT}`, 'a space before'],
    [`${EVENT}\n`, 'a line end after'],
  ])('%j is none: %s', (text) => {
    expect(parseHomedId('evt', text)).toBeUndefined();
    expect(() => homeOf('evt', text)).toThrow(/not a evt id/);
  });

  test('is none when it is any text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 60 }), (text) => parseHomedId('evt', text) === undefined));
  });
});

test('days are UTC', () => {
  expect(dayOf(Date.UTC(2026, 10, 23, 23, 59, 59, 999))).toBe('20261123');
  expect(dayOf(Date.UTC(2026, 10, 24))).toBe('20261124');
});
