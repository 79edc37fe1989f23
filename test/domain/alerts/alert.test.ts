import { describe, expect, it } from 'vitest';
import {
  HOUR_MS,
  lastClosedHour,
  nextLook,
  review,
  type Situation,
} from '../../../lambdas/domain/alerts/alert.ts';
import { type AlertRecord, untold } from '../../../lambdas/domain/alerts/record.ts';
import { CLOSED } from '../../../lambdas/domain/health/circuit.ts';
import { FAILING_MS } from '../../../lambdas/domain/health/failing.ts';
import type { Health } from '../../../lambdas/domain/health/health.ts';
import { anEndpoint, anEventId, ENDPOINT_ID, NOW } from '../../factories.ts';

const DAY = 24 * HOUR_MS;
const WELL: Health = { endpoint: ENDPOINT_ID, circuit: CLOSED, version: 3 };

function down(since: number, more: Partial<Health> = {}): Health {
  const outage = { since, trips: 1, cause: 'tls_expired' } as const;
  return {
    endpoint: ENDPOINT_ID,
    circuit: { state: 'open', outage, probeAt: since + 30_000 },
    failingSince: since,
    lastSuccessAt: since - 1_000,
    version: 2,
    ...more,
  };
}

function seen(over: Partial<Situation> = {}): Situation {
  return { now: NOW, endpoint: anEndpoint(), health: undefined, ...over };
}

/** The alerts a series of looks writes, and the record it leaves. */
function over(looks: readonly Partial<Situation>[], from: AlertRecord = untold(ENDPOINT_ID)) {
  const written: string[] = [];
  let record = from;
  for (const look of looks) {
    const next = review({ ...record, pending: [] }, seen(look));
    written.push(...next.pending.map(({ stage }) => stage));
    record = next;
  }
  return { written, record };
}

describe('review', () => {
  it('tells of an outage once, however often one looks', () => {
    const look = { health: down(NOW - 5_000) };
    expect(over([look, look, { ...look, now: NOW + HOUR_MS }]).written).toEqual(['opened']);
  });

  it('writes the reason, when it began and when it last worked', () => {
    const { pending } = review(untold(ENDPOINT_ID), seen({ health: down(NOW - 5_000) }));
    expect(pending).toEqual([
      {
        id: `${NOW - 5_000}#opened`,
        stage: 'opened',
        at: NOW,
        since: NOW - 5_000,
        cause: 'tls_expired',
        lastSuccessAt: NOW - 6_000,
        url: 'https://receiver.example/hooks',
        tries: 0,
        nextTryAt: NOW,
      },
    ]);
  });

  it('says nothing about an endpoint that is well', () => {
    const record = untold(ENDPOINT_ID);
    expect(review(record, seen())).toBe(record);
    expect(review(record, seen({ health: WELL }))).toBe(record);
  });

  it('tells the whole story of six days: opened, a day later, the day before, disabled', () => {
    const health = down(NOW);
    const warned = down(NOW, { failing: { ms: 4 * DAY, warnAt: NOW + 4 * DAY } });
    const gone = anEndpoint({ status: 'disabled', disabledReason: 'failing', disabledAt: NOW + FAILING_MS });
    const looks = [
      { health },
      { health, now: NOW + DAY - 1 },
      { health, now: NOW + DAY },
      { health, now: NOW + 2 * DAY },
      { health: warned, now: NOW + 4 * DAY },
      { health: warned, now: NOW + FAILING_MS - 1 },
      { health: warned, now: NOW + FAILING_MS, endpoint: gone },
      { health: warned, now: NOW + 6 * DAY, endpoint: gone },
    ];
    expect(over(looks).written).toEqual(['opened', 'still_failing', 'disabling_soon', 'disabled']);
  });

  it('tells only the last stage when nobody looked for days', () => {
    const health = down(NOW - 4 * DAY, { failing: { ms: 4 * DAY, warnAt: NOW } });
    expect(over([{ health }]).written).toEqual(['disabling_soon']);
  });

  it('warns before disabling an endpoint that fails too seldom to open its circuit', () => {
    const failing = { ms: 4 * DAY, warnAt: NOW };
    const health: Health = { ...WELL, failingSince: NOW - 9 * DAY, failing };
    const { written, record } = over([{ health }, { health, now: NOW + HOUR_MS }]);
    expect(written).toEqual(['disabling_soon']);
    expect(review(untold(ENDPOINT_ID), seen({ health })).pending).toMatchObject([{ disablesAt: NOW + DAY }]);
    const again: Health = { ...health, failing: { ...failing, warnAt: NOW + 9 * DAY } };
    expect(over([{ health: again, now: NOW + 9 * DAY }], record).written).toEqual(['disabling_soon']);
  });

  it('tells that it works again when its slow start is over, not when a probe had luck', () => {
    const ramp = { width: 1, from: NOW, since: NOW - 5_000, trips: 1, slowdowns: 0 };
    const rising: Health = { ...WELL, circuit: { ...CLOSED, ramp } };
    const start = over([{ health: down(NOW - 5_000) }, { health: rising }]);
    expect(start.written).toEqual(['opened']);
    expect(over([{ health: WELL }, { health: WELL }], start.record).written).toEqual(['recovered']);
  });

  it('is silent about a second outage within the hour, and tells of it when it lasts', () => {
    const first = over([{ health: down(NOW) }, { health: WELL, now: NOW + 60_000 }]);
    const again = down(NOW + 120_000);
    const second = over([{ health: again, now: NOW + 120_000 }], first.record);
    expect(second.written).toEqual([]);
    expect(nextLook(second.record, seen({ health: again, now: NOW + 120_000 }))).toBe(NOW + HOUR_MS);
    expect(over([{ health: again, now: NOW + HOUR_MS }], second.record).written).toEqual(['opened']);
  });

  it('sends at most ten mails about an endpoint that goes up and down for a day', () => {
    const looks: Partial<Situation>[] = [];
    for (let now = NOW; now < NOW + DAY; now += 30_000) {
      looks.push({ now, health: down(now) }, { now: now + 20_000, health: WELL });
    }
    const { written } = over(looks);
    expect(written.filter((stage) => stage === 'opened')).toHaveLength(5);
    expect(written.filter((stage) => stage === 'recovered')).toHaveLength(5);
  });

  it('speaks once a day of one that goes up and down for weeks, after the first two days', () => {
    const looks: Partial<Situation>[] = [];
    for (let now = NOW; now < NOW + 14 * DAY; now += 600_000) {
      looks.push({ now, health: down(now) }, { now: now + 20_000, health: WELL });
    }
    const { written } = over(looks);
    expect(written.filter((stage) => stage === 'opened')).toHaveLength(6 + 12);
  });

  it.each(['gone', 'asked', 'failing'] as const)(
    'tells once that it was disabled because it is %s',
    (disabledReason) => {
      const endpoint = anEndpoint({ status: 'disabled', disabledReason, disabledAt: NOW });
      expect(over([{ endpoint }, { endpoint }]).written).toEqual(['disabled']);
      const later = { ...endpoint, disabledAt: NOW + DAY };
      expect(over([{ endpoint }, { endpoint: anEndpoint() }, { endpoint: later }]).written).toEqual([
        'disabled',
        'disabled',
      ]);
    },
  );

  it('tells nobody what a person did', () => {
    const endpoint = anEndpoint({ status: 'disabled', disabledReason: 'manual' });
    expect(over([{ endpoint, health: down(NOW) }]).written).toEqual([]);
  });

  it('does not take silence for health while the endpoint is paused', () => {
    const paused = anEndpoint({ status: 'paused' });
    expect(over([{ health: down(NOW) }, { endpoint: paused, health: WELL }]).written).toEqual(['opened']);
  });

  it('makes one digest of what was given up in hours that are over', () => {
    const one = { event: anEventId(), type: 'invoice.paid', why: 'exhausted' } as const;
    const through = lastClosedHour(NOW);
    const exhausted = { through, deliveries: [one] };
    const { written, record } = over([{ exhausted }, { exhausted }]);
    expect(written).toEqual(['exhausted']);
    expect(over([{ exhausted: { through: through + 1, deliveries: [] } }], record).written).toEqual([]);
    expect(over([{ exhausted: { through: through + 1, deliveries: [one] } }], record).written).toEqual([
      'exhausted',
    ]);
  });

  it('stays far below what a record may hold while mail is refused and thousands are given up each hour', () => {
    const deliveries = Array.from({ length: 1_000 }, (_, i) => {
      return { event: anEventId(String(i)), type: 'x'.repeat(128), why: 'not_retryable' } as const;
    });
    let record = untold(ENDPOINT_ID);
    for (let hour = 1; hour <= 26; hour++) {
      const exhausted = { through: lastClosedHour(NOW) + hour, deliveries };
      record = review(record, seen({ now: NOW + hour * HOUR_MS, exhausted }));
    }
    expect(JSON.stringify(record).length).toBeLessThan(300_000);
    expect(record.pending).toHaveLength(26);
    expect(record.pending.at(-1)).toMatchObject({ exhausted: [], exhaustedCount: 1_000 });
  });

  it('leaves what was written before in place', () => {
    const first = review(untold(ENDPOINT_ID), seen({ health: down(NOW) }));
    const second = review(first, seen({ health: down(NOW), now: NOW + DAY }));
    expect(second.pending.map(({ stage }) => stage)).toEqual(['opened', 'still_failing']);
  });
});

describe('nextLook', () => {
  it.each([
    ['an outage: a day after it began', { health: down(NOW) }, NOW + DAY],
    ['a day later: never', { health: down(NOW), now: NOW + DAY }, undefined],
    ['a few failures: never', { health: { ...WELL, failingSince: NOW } }, undefined],
    ['nothing known: never', {}, undefined],
  ])('after %s', (_, look, at) => {
    const { record } = over([look]);
    expect(nextLook({ ...record, pending: [] }, seen(look))).toBe(at);
  });

  it('is when a sender that may have died loses its claim', () => {
    const record = review(untold(ENDPOINT_ID), seen({ health: down(NOW) }));
    const claimed = { ...record, sending: { token: 'a', until: NOW + 90_000 } };
    expect(nextLook(claimed, seen({ health: down(NOW) }))).toBe(NOW + 90_000);
  });
});

describe('lastClosedHour', () => {
  it('leaves late writers two minutes', () => {
    const hour = NOW / HOUR_MS;
    expect(lastClosedHour(NOW + 119_999)).toBe(hour - 2);
    expect(lastClosedHour(NOW + 120_000)).toBe(hour - 1);
  });
});
