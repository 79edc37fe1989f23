import { describe, expect, it, test } from 'vitest';
import {
  admit,
  type Circuit,
  CLOSED,
  claimProbe,
  FIRST_OPEN_MS,
  LONGEST_OPEN_MS,
  observe,
  settleProbe,
  wakeAfter,
} from '../../../lambdas/domain/health/circuit.ts';
import { WINDOW_MS } from '../../../lambdas/domain/health/failure-tally.ts';
import type { Seen } from '../../../lambdas/domain/health/observation.ts';
import { startRamp } from '../../../lambdas/domain/health/ramp.ts';
import { NOW } from '../../factories.ts';
import fc from '../../properties.ts';
import { afterBatches, FAILURE, OUTAGE, SUCCESS, THROTTLED, times } from './circuit-input.ts';

const OPEN: Circuit = { state: 'open', outage: OUTAGE, probeAt: NOW + 20_000 };
const HALF_OPEN: Circuit = {
  state: 'half_open',
  outage: OUTAGE,
  probe: { token: 'ours', until: NOW + 25_000 },
};

describe('opening', () => {
  test.each<[string, Seen[][], Circuit['state']]>([
    ['nine failures in a row', [times(9, FAILURE)], 'closed'],
    ['ten failures in a row', [times(10, FAILURE)], 'open'],
    ['ten failures in a row over batches', [times(4, FAILURE), times(5, FAILURE), [FAILURE]], 'open'],
    ['nine, a success, nine', [[...times(9, FAILURE), SUCCESS], times(9, FAILURE)], 'closed'],
    ['half of twenty in a minute', times(10, SUCCESS).map(() => [FAILURE, SUCCESS]), 'open'],
    ['half of eighteen in a minute', times(9, SUCCESS).map(() => [FAILURE, SUCCESS]), 'closed'],
    ['a third of sixty', times(20, SUCCESS).map(() => [FAILURE, SUCCESS, SUCCESS]), 'closed'],
    ['a hundred 429s', [times(100, THROTTLED)], 'closed'],
    ['one expired certificate', [[{ kind: 'failure', error: 'tls_expired', paced: false }]], 'open'],
    [
      'one certificate for another name',
      [[{ kind: 'failure', error: 'tls_wrong_name', paced: false }]],
      'open',
    ],
    ['a name that does not exist', [[{ kind: 'failure', error: 'dns_not_found', paced: false }]], 'open'],
    ['a name server that fails', [[{ kind: 'failure', error: 'dns_error', paced: false }]], 'closed'],
  ])('%s: %3$s', (_, batches, state) => {
    expect(afterBatches(batches).state).toBe(state);
  });

  it('failures a window apart are not added up', () => {
    let circuit: Circuit = CLOSED;
    for (let i = 0; i < 40; i++)
      circuit = observe(circuit, [FAILURE, SUCCESS], NOW + (i * WINDOW_MS) / 5, 0.5);
    expect(circuit.state).toBe('closed');
  });

  it('names the failure that no waiting mends as the cause, though others came after it', () => {
    const circuit = afterBatches([[{ kind: 'failure', error: 'tls_expired', paced: false }, FAILURE]]);
    expect(circuit).toMatchObject({ outage: { cause: 'tls_expired', trips: 1, since: NOW } });
  });

  it.each([
    [0, FIRST_OPEN_MS / 2],
    [0.5, (FIRST_OPEN_MS * 3) / 4],
    [1, FIRST_OPEN_MS],
  ])('lasts between half of 30 s and all of it: drawn %d, %d ms', (random, ms) => {
    expect(observe(CLOSED, times(10, FAILURE), NOW, random)).toMatchObject({ probeAt: NOW + ms });
  });

  it('a healthy endpoint has nothing to write', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 20 }), (batches) => {
        expect(afterBatches(batches.map((size) => times(size, SUCCESS)))).toBe(CLOSED);
      }),
    );
  });

  it('an endpoint that fails now and then writes its successes only to end a run of failures', () => {
    const once = afterBatches([[FAILURE]]);
    const ended = observe(once, times(10, SUCCESS), NOW, 0.5);
    expect(ended).not.toBe(once);
    expect(observe(ended, times(10, SUCCESS), NOW, 0.5)).toBe(ended);
  });
});

describe('while open', () => {
  it('holds until the probe is due, then lets one probe', () => {
    expect(admit(OPEN, NOW, false)).toEqual({ go: 'hold', why: 'circuit_open' });
    expect(admit(OPEN, NOW + 20_000, false)).toEqual({ go: 'probe' });
    expect(claimProbe(OPEN, 'ours', NOW + 19_999, 15_000)).toBeUndefined();
    expect(claimProbe(OPEN, 'ours', NOW + 20_000, 15_000)).toMatchObject({ state: 'half_open' });
  });

  it('a paced delivery is held like any other', () => {
    expect(admit(OPEN, NOW, true).go).toBe('hold');
    expect(admit(HALF_OPEN, NOW, true).go).toBe('hold');
  });

  it('a probe has its lease; when that has run out another may take it', () => {
    expect(claimProbe(HALF_OPEN, 'other', NOW + 24_999, 15_000)).toBeUndefined();
    const taken = claimProbe(HALF_OPEN, 'other', NOW + 25_000, 15_000)!;
    expect(taken).toMatchObject({ probe: { token: 'other', until: NOW + 50_000 } });
    expect(settleProbe(taken, 'ours', SUCCESS, NOW, 0.5)).toBe(taken);
  });

  it('results of requests sent before change nothing', () => {
    for (const circuit of [OPEN, HALF_OPEN]) {
      expect(observe(circuit, [...times(20, SUCCESS), ...times(20, FAILURE)], NOW, 0.5)).toBe(circuit);
    }
  });

  it('a probe that fails opens it for twice as long, up to ten minutes', () => {
    let circuit: Circuit = HALF_OPEN;
    const waits: number[] = [];
    for (let i = 0; i < 7; i++) {
      circuit = settleProbe({ ...HALF_OPEN, outage: outageOf(circuit) }, 'ours', FAILURE, NOW, 1);
      if (circuit.state === 'open') waits.push(circuit.probeAt - NOW);
    }
    expect(waits).toEqual([
      60_000,
      120_000,
      240_000,
      480_000,
      LONGEST_OPEN_MS,
      LONGEST_OPEN_MS,
      LONGEST_OPEN_MS,
    ]);
  });

  it('after a probe that came to no request another may try in ten seconds, and no interval grows', () => {
    expect(settleProbe(HALF_OPEN, 'ours', { kind: 'nothing' }, NOW, 0.5)).toEqual({
      ...OPEN,
      probeAt: NOW + 10_000,
    });
  });

  it('a 429 is an answer: it closes, and waits as long as it was asked', () => {
    const closed = settleProbe(HALF_OPEN, 'ours', { kind: 'throttled', retryAfterMs: 90_000 }, NOW, 0.5);
    expect(closed).toMatchObject({ state: 'closed', ramp: { from: NOW + 90_000, trips: 1 } });
  });
});

function outageOf(circuit: Circuit) {
  return circuit.state === 'closed' ? OUTAGE : circuit.outage;
}

describe('who wakes the backlog', () => {
  const RAMP: Circuit = { ...CLOSED, ramp: startRamp(NOW, OUTAGE) };
  const IN_ROUND: Circuit = {
    ...CLOSED,
    ramp: { ...startRamp(NOW), round: { left: 1, failures: 0, until: NOW + 9 } },
  };
  test.each<[string, Circuit, Circuit, number | undefined]>([
    ['it opens', CLOSED, OPEN, NOW + 20_000],
    ['a probe failed', HALF_OPEN, OPEN, NOW + 20_000],
    ['it is probed', OPEN, HALF_OPEN, undefined],
    ['a probe succeeded', HALF_OPEN, RAMP, NOW],
    ['a round begins', RAMP, IN_ROUND, undefined],
    ['a round is over', IN_ROUND, RAMP, NOW],
    ['it slows down', CLOSED, { ...CLOSED, ramp: { ...startRamp(NOW), from: NOW + 5_000 } }, NOW + 5_000],
    ['it has recovered', IN_ROUND, CLOSED, NOW],
    ['one more failure is counted', CLOSED, afterBatches([[FAILURE]]), undefined],
  ])('%s', (_, before, then, at) => {
    expect(wakeAfter(before, then, NOW)).toBe(at);
  });
});
