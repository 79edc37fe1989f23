import { describe, expect, it } from 'vitest';
import { type Circuit, CLOSED, observe } from '../../../lambdas/domain/health/circuit.ts';
import {
  beginRound,
  FULL_WIDTH,
  mayBegin,
  type Ramp,
  ROUND_MS,
  startRamp,
} from '../../../lambdas/domain/health/ramp.ts';
import { NOW } from '../../factories.ts';
import fc from '../../properties.ts';
import { FAILURE, OUTAGE, paced, SUCCESS, THROTTLED, times } from './circuit-input.ts';

function recovering(ramp: Ramp): Circuit {
  return { ...CLOSED, ramp };
}

function inRound(width: number, size = width): Circuit {
  return recovering(beginRound({ ...startRamp(NOW, OUTAGE), width }, size, NOW)!);
}

function rampOf(circuit: Circuit): Ramp | undefined {
  return circuit.state === 'closed' ? circuit.ramp : undefined;
}

describe('slow start', () => {
  it('goes 1, 2, 4, ... and is over after a clean round of full width', () => {
    const widths: number[] = [];
    let ramp: Ramp | undefined = startRamp(NOW, OUTAGE);
    while (ramp !== undefined) {
      widths.push(ramp.width);
      const begun = recovering(beginRound(ramp, ramp.width, NOW)!);
      ramp = rampOf(observe(begun, times(ramp.width, paced(SUCCESS)), NOW, 0.5));
    }
    expect(widths).toEqual([1, 2, 4, 8, 16, 32, 64, 128, FULL_WIDTH]);
  });

  it('the next round begins when every delivery of this one has come to something', () => {
    const partly = observe(inRound(4), [paced(SUCCESS), paced({ kind: 'nothing', paced: true })], NOW, 0.5);
    expect(rampOf(partly)).toMatchObject({ width: 4, round: { left: 2 } });
    const whole = observe(partly, times(2, paced(SUCCESS)), NOW, 0.5);
    expect(rampOf(whole)).toMatchObject({ width: 8 });
    expect(rampOf(whole)?.round).toBeUndefined();
  });

  it('a round whose results never come is given up after a minute', () => {
    const ramp = rampOf(inRound(4))!;
    expect(mayBegin(ramp, NOW + ROUND_MS - 1)).toBe(false);
    expect(mayBegin(ramp, NOW + ROUND_MS)).toBe(true);
  });

  it('what was sent outside of a round moves no round', () => {
    const ramp = rampOf(observe(inRound(4), times(9, SUCCESS), NOW, 0.5));
    expect(ramp).toMatchObject({ width: 4, round: { left: 4 } });
  });

  it('half of a round failing opens the circuit again, for longer than before', () => {
    const circuit = observe(inRound(4), [paced(FAILURE), paced(FAILURE)], NOW, 1);
    expect(circuit).toMatchObject({ state: 'open', outage: { trips: 2, since: OUTAGE.since } });
  });

  it('one bad delivery among many stops the growth and no more', () => {
    const circuit = observe(inRound(4), [paced(FAILURE), ...times(3, paced(SUCCESS))], NOW, 0.5);
    expect(rampOf(circuit)).toMatchObject({ width: 4 });
    expect(rampOf(circuit)?.round).toBeUndefined();
  });

  it('the first delivery failing opens it at once', () => {
    expect(observe(inRound(1), [paced(FAILURE)], NOW, 0.5).state).toBe('open');
  });
});

describe('429', () => {
  it('begins a slow start that waits five seconds, or as long as it was asked', () => {
    expect(rampOf(observe(CLOSED, [THROTTLED], NOW, 0.5))).toMatchObject({ width: 1, from: NOW + 5_000 });
    const asked = observe(CLOSED, [{ ...THROTTLED, retryAfterMs: 42_000 }, THROTTLED], NOW, 0.5);
    expect(rampOf(asked)).toMatchObject({ from: NOW + 42_000 });
  });

  it('halves the pace of one on its way, and waits longer each time until a round is clean', () => {
    let circuit = inRound(8);
    const waits: number[] = [];
    for (let i = 0; i < 9; i++) {
      circuit = observe(circuit, [paced(THROTTLED)], NOW, 0.5);
      const ramp = rampOf(circuit)!;
      waits.push(ramp.from - NOW);
      circuit = recovering({ ...ramp, from: NOW });
    }
    expect(rampOf(circuit)).toMatchObject({ width: 1, slowdowns: 9 });
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 600, 600].map((seconds) => seconds * 1000));
  });

  it('is one slow-down when fifty batches that were on their way come back with it', () => {
    let circuit = observe(CLOSED, [THROTTLED], NOW, 0.5);
    for (let i = 1; i < 50; i++) {
      const before = circuit;
      circuit = observe(circuit, [THROTTLED], NOW + i, 0.5);
      // Nothing to write, either.
      expect(circuit).toBe(before);
    }
    expect(rampOf(circuit)).toMatchObject({ from: NOW + 5_000, slowdowns: 1 });
    const asked = observe(circuit, [{ ...THROTTLED, retryAfterMs: 30_000 }], NOW + 60, 0.5);
    expect(rampOf(asked)).toMatchObject({ from: NOW + 30_060, slowdowns: 1 });
  });

  it('stops the endpoint for ten minutes at most, whatever it asks for', () => {
    const ramp = rampOf(observe(CLOSED, [{ ...THROTTLED, retryAfterMs: 86_400_000 }], NOW, 0.5));
    expect(ramp?.from).toBe(NOW + 600_000);
  });
});

it('a width is never above twice the one before, nor below one', () => {
  const seen = fc.constantFrom(SUCCESS, FAILURE, THROTTLED).map(paced);
  fc.assert(
    fc.property(fc.array(fc.array(seen, { minLength: 1, maxLength: 40 }), { maxLength: 30 }), (batches) => {
      let ramp = startRamp(NOW);
      for (const batch of batches) {
        const begun = beginRound({ ...ramp, from: NOW }, ramp.width, NOW)!;
        const next = rampOf(observe(recovering(begun), batch, NOW, 0.5));
        if (next === undefined) return;
        expect(next.width).toBeLessThanOrEqual(ramp.width * 2);
        expect(next.width).toBeGreaterThanOrEqual(1);
        ramp = next;
      }
    }),
  );
});
