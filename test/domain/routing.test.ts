import { describe, expect, test } from 'vitest';
import { MAX_MATCHING_STEPS } from '../../lambdas/domain/filter/filter.ts';
import {
  EVENT_TYPE_PATTERN_SHAPE,
  EVENT_TYPE_SHAPE,
  type FilterFault,
  listedMatches,
  matchEndpoints,
  matchingNeedsBody,
  matchSubscriptions,
  subscriptionMatches,
} from '../../lambdas/domain/routing.ts';
import { typeMatches } from '../../lambdas/domain/type-matches.ts';
import { anId, aSubscription } from '../factories.ts';
import fc from '../properties.ts';

const words = fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/);
const types = fc.array(words, { minLength: 1, maxLength: 4 }).map((some) => some.join('.'));

describe('a pattern', () => {
  test.each([
    ['*', 'invoice.paid', true],
    ['*', 'ping', true],
    ['invoice.paid', 'invoice.paid', true],
    ['invoice.paid', 'invoice.paid.late', false],
    ['invoice.paid', 'invoice', false],
    ['invoice.paid', 'Invoice.paid', false],
    ['invoice.*', 'invoice.paid', true],
    ['invoice.*', 'invoice.item.added', true],
    ['invoice.*', 'invoice', false],
    ['invoice.*', 'invoices.paid', false],
    ['invoice.item.*', 'invoice.item.added', true],
    ['invoice.item.*', 'invoice.items', false],
  ])('%s and the type %s: %s', (pattern, type, matches) => {
    expect(typeMatches(pattern, type)).toBe(matches);
  });

  test('matches exactly the types that start with its words', () => {
    fc.assert(
      fc.property(types, types, (prefix, type) => {
        const starts = type.startsWith(`${prefix}.`);
        expect(typeMatches(`${prefix}.*`, type)).toBe(starts);
        expect(typeMatches(prefix, type)).toBe(prefix === type);
      }),
    );
  });

  test.each(['*', 'a', 'a.b', 'a.*', 'a.b-c.d_e.*', '1.2'])('may be %j', (pattern) => {
    expect(EVENT_TYPE_PATTERN_SHAPE.test(pattern)).toBe(true);
  });

  test.each(['', '.', '*.a', 'a.*.b', 'a*', 'a.', '.a', 'a..b', '**', 'a.**', 'a b', 'a.*\n', 'é'])(
    'may not be %j',
    (pattern) => expect(EVENT_TYPE_PATTERN_SHAPE.test(pattern)).toBe(false),
  );
});

describe('an event type', () => {
  test.each(['a', 'invoice.paid', 'a_b-c.D.9', 'a.b.c.d'])('may be %j', (type) => {
    expect(EVENT_TYPE_SHAPE.test(type)).toBe(true);
  });

  test.each(['', '.', 'a.', '.a', 'a..b', '*', 'a.*', 'a b', 'a/b', 'a\n', 'a\r\nX-Evil: 1', 'ü'])(
    'may not be %j',
    (type) => expect(EVENT_TYPE_SHAPE.test(type)).toBe(false),
  );

  test('of 100,000 characters is judged at once', () => {
    const started = performance.now();
    EVENT_TYPE_SHAPE.test(`${'a.'.repeat(50_000)}!`);
    EVENT_TYPE_PATTERN_SHAPE.test(`${'a.'.repeat(50_000)}!`);
    expect(performance.now() - started).toBeLessThan(200);
  });
});

describe('a subscription', () => {
  test.each([
    [undefined, undefined, true],
    [undefined, 'acme', true],
    ['acme', 'acme', true],
    ['acme', 'globex', false],
    ['acme', undefined, false],
  ])('of owner %s and an event of owner %s: %s', (owner, ofEvent, matches) => {
    const event = { type: 'ping', ...(ofEvent !== undefined && { owner: ofEvent }) };
    expect(subscriptionMatches(aSubscription({ owner }), event)).toBe(matches);
  });

  test('matches when any of its patterns does', () => {
    const subscription = aSubscription({ eventTypes: ['order.*', 'ping'] });
    expect(subscriptionMatches(subscription, { type: 'ping' })).toBe(true);
    expect(subscriptionMatches(subscription, { type: 'order.made' })).toBe(true);
    expect(subscriptionMatches(subscription, { type: 'pong' })).toBe(false);
    expect(subscriptionMatches(aSubscription({ eventTypes: [] }), { type: 'ping' })).toBe(false);
  });
});

test('an endpoint with several matching subscriptions gets the event once, in the order they came', () => {
  const [a, b] = [anId('ep', 'a'), anId('ep', 'b')];
  const subscriptions = [
    aSubscription({ endpoint: b, eventTypes: ['*'] }),
    aSubscription({ endpoint: a, eventTypes: ['ping'] }),
    aSubscription({ endpoint: b, eventTypes: ['ping'] }),
    aSubscription({ endpoint: anId('ep', 'c'), eventTypes: ['pong'] }),
  ];
  expect(matchEndpoints(subscriptions, { type: 'ping' }, {})).toEqual([b, a]);
  expect(matchEndpoints([], { type: 'ping' }, {})).toEqual([]);
});

describe('subscriptions that rewrite', () => {
  const [a, b, c] = [anId('ep', 'a'), anId('ep', 'b'), anId('ep', 'c')];
  const subscriptions = [
    aSubscription({ id: anId('sub', '1'), endpoint: a, transformation: '{"body": 1}' }),
    aSubscription({ id: anId('sub', '2'), endpoint: a }),
    aSubscription({ id: anId('sub', '3'), endpoint: b, forward: { method: true } }),
    aSubscription({ id: anId('sub', '4'), endpoint: c }),
    aSubscription({ id: anId('sub', '5'), endpoint: c, transformation: '{"body": 1}' }),
  ];
  const listed = (event: { readonly inbound?: object }, types = ['*']) => {
    const some = subscriptions.map((each) => ({ ...each, eventTypes: types }));
    return listedMatches(matchSubscriptions(some, { type: 'ping' }, {}), event);
  };

  test('are kept with the event where they are the first of their endpoint that matches', () => {
    const via = { [a]: anId('sub', '1'), [b]: anId('sub', '3') };
    expect(listed({ inbound: {} })).toEqual({ endpoints: [a, b, c], via });
  });

  test('and only forward are none to an event that came with no call', () => {
    expect(listed({})).toEqual({ endpoints: [a, b, c], via: { [a]: anId('sub', '1') } });
  });

  test('leave nothing with an event they do not match', () => {
    expect(listed({}, ['pong'])).toEqual({ endpoints: [] });
    expect(listedMatches(new Map([[c, subscriptions[3]!]]), {})).toEqual({ endpoints: [c] });
  });
});

describe('a subscription with a filter', () => {
  const filter = (json: unknown) => JSON.stringify(json);
  const paid = filter({ body: { paid: true } });

  test('gets what matches its type, its owner and its filter', () => {
    const subscription = aSubscription({ eventTypes: ['invoice.*'], owner: 'acme', filter: paid });
    const event = { type: 'invoice.made', owner: 'acme' };
    const body = { paid: true };
    expect(matchEndpoints([subscription], event, { body })).toEqual([subscription.endpoint]);
    expect(matchEndpoints([subscription], event, { body: {} })).toEqual([]);
    expect(matchEndpoints([subscription], event, {})).toEqual([]);
    expect(matchEndpoints([subscription], { ...event, type: 'ping' }, { body })).toEqual([]);
    expect(matchEndpoints([subscription], { ...event, owner: 'rival' }, { body })).toEqual([]);
  });

  test('leaves the body alone where the type does not match, or another filter decides', () => {
    const unread = {
      headers: { a: 'b' },
      get body(): unknown {
        throw new Error('was read');
      },
    };
    const subscriptions = [
      aSubscription({ eventTypes: ['other'], filter: paid }),
      aSubscription({ filter: filter({ headers: { a: 'b' } }) }),
      aSubscription({
        endpoint: anId('ep', 'b'),
        filter: filter({ body: { paid: true }, headers: { a: 'c' } }),
      }),
    ];
    expect(matchEndpoints(subscriptions, { type: 'ping' }, unread)).toEqual([subscriptions[1]!.endpoint]);
  });

  test('leaves work for the others, and for those of the whole project, however much its own owner asks for', () => {
    const greedy = Array.from({ length: 500 }, (_, i) =>
      aSubscription({
        id: anId('sub', `${i}`),
        endpoint: anId('ep', `${i}`),
        owner: 'acme',
        filter: filter({ body: { list: { $neq: -1 } } }),
      }),
    );
    const projectWide = aSubscription({ filter: filter({ body: { list: { $neq: -1 } } }) });
    const told: string[] = [];
    let looks = 0;
    const list = new Proxy(Array(5_000).fill(0), {
      get(target, key, receiver) {
        looks++;
        return Reflect.get(target, key, receiver);
      },
    });
    const matched = matchEndpoints(
      [...greedy, projectWide],
      { type: 'ping', owner: 'acme' },
      { body: { list } },
      ({ subscription, why }) => {
        expect(why).toBe('over_budget');
        told.push(subscription);
      },
    );
    const served = greedy.filter(({ id }) => !told.includes(id));
    expect(matched).toEqual([...served, projectWide].map(({ endpoint }) => endpoint));
    expect(served.length).toBe(Math.floor(MAX_MATCHING_STEPS / 5_004));
    // A step looks at the list's length and at the value.
    expect(looks).toBeLessThan(3 * MAX_MATCHING_STEPS);
  });

  test('needs the body only when its filter looks at it, and its type matches', () => {
    const needs = (over: object, type = 'ping') => matchingNeedsBody([aSubscription(over)], { type });
    expect(needs({ filter: paid })).toBe(true);
    expect(needs({ filter: paid, eventTypes: ['pong'] })).toBe(false);
    expect(needs({ filter: filter({ headers: { a: 'b' } }) })).toBe(false);
    expect(needs({})).toBe(false);
  });

  test('written by newer code gets nothing, and that is told', () => {
    const subscription = aSubscription({ filter: filter({ body: { a: { $newest: 1 } } }) });
    const faults: FilterFault[] = [];
    const told = (fault: FilterFault) => void faults.push(fault);
    expect(matchEndpoints([subscription], { type: 'ping' }, { body: { a: 1 } }, told)).toEqual([]);
    expect(faults).toEqual([{ subscription: subscription.id, why: 'unreadable' }]);
  });
});
