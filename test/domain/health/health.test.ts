import { describe, expect, it } from 'vitest';
import { CLOSED } from '../../../lambdas/domain/health/circuit.ts';
import { FAILING_MS } from '../../../lambdas/domain/health/failing.ts';
import {
  countAnew,
  forgive,
  type Health,
  healthy,
  recordProbe,
  recordResults,
  releaseSlowly,
  takeProbe,
} from '../../../lambdas/domain/health/health.ts';
import { ENDPOINT_ID, NOW } from '../../factories.ts';
import { FAILURE, SUCCESS, times } from './circuit-input.ts';

const WELL = healthy(ENDPOINT_ID);
const HOUR = 3_600_000;

function failed(count: number, now = NOW, health = WELL): Health {
  return recordResults(health, times(count, FAILURE), now, 0.5)!.health;
}

describe('what is remembered', () => {
  it('of an endpoint that never failed: nothing', () => {
    expect(recordResults(WELL, times(50, SUCCESS), NOW, 0.5)).toBeUndefined();
  });

  it('a failure: when, which, and since when it fails', () => {
    expect(failed(1)).toMatchObject({
      failingSince: NOW,
      lastFailure: { at: NOW, error: 'server_error' },
      version: 1,
    });
    expect(failed(1, NOW + 5, failed(1))).toMatchObject({ failingSince: NOW, lastFailure: { at: NOW + 5 } });
  });

  it('the success that ends it, and the ones after that no more', () => {
    const ended = recordResults(failed(3), [SUCCESS], NOW + 5, 0.5)!.health;
    expect(ended).toMatchObject({ lastSuccessAt: NOW + 5, version: 2 });
    expect(ended.failingSince).toBeUndefined();
    expect(recordResults(ended, times(10, SUCCESS), NOW + 9, 0.5)).toBeUndefined();
  });

  it('a batch that ends in failure fails since then', () => {
    const health = recordResults(failed(3), [SUCCESS, FAILURE], NOW + 5, 0.5)!.health;
    expect(health).toMatchObject({ failingSince: NOW + 5, lastSuccessAt: NOW + 5 });
  });

  it('late results of an open circuit are not worth a write', () => {
    expect(recordResults(failed(10), [SUCCESS, FAILURE], NOW + 5, 0.5)).toBeUndefined();
  });
});

describe('what people are told', () => {
  const open = recordResults(WELL, times(10, FAILURE), NOW, 0)!;
  const probing = takeProbe(open.health, 'token', NOW + 30_000, 15_000)!.health;

  it('that a circuit opened', () => {
    expect(open.signals).toEqual([
      { kind: 'circuit_opened', endpoint: ENDPOINT_ID, since: NOW, trips: 1, cause: 'server_error' },
    ]);
  });

  it('that it opened again, with how often by now', () => {
    const again = recordProbe(probing, 'token', FAILURE, NOW + 31_000, 0)!;
    expect(again.signals).toMatchObject([{ kind: 'circuit_opened', since: NOW, trips: 2 }]);
  });

  it('nothing when the probe came to no request', () => {
    expect(recordProbe(probing, 'token', { kind: 'nothing' }, NOW + 31_000, 0)?.signals).toEqual([]);
  });

  it('that it is well: not at the probe but at the end of its slow start', () => {
    const closed = recordProbe(probing, 'token', SUCCESS, NOW + 31_000, 0)!;
    expect(closed.signals).toEqual([]);
    expect(forgive(closed.health, NOW)?.signals).toEqual([
      { kind: 'circuit_closed', endpoint: ENDPOINT_ID, since: NOW },
    ]);
  });

  it('a day before it has to be disabled, and that it has to, at failures that follow each other', () => {
    const told: [number, string][] = [];
    let health = failed(1);
    for (let hour = 1; hour <= 121; hour++) {
      const step = recordResults({ ...health, circuit: CLOSED }, [FAILURE], NOW + hour * HOUR, 0)!;
      health = step.health;
      told.push(...step.signals.map(({ kind }): [number, string] => [hour, kind]));
    }
    expect(told).toEqual([
      [96, 'endpoint_disabling_soon'],
      [120, 'endpoint_failing'],
      [121, 'endpoint_failing'],
    ]);
    expect(health.failing).toEqual({ ms: FAILING_MS, warnAt: NOW + 96 * HOUR });
    const failing = { ms: FAILING_MS - 1, warnAt: NOW - HOUR };
    const failedBefore = {
      ...probing,
      failing,
      lastFailure: { at: NOW - 1, error: 'server_error' },
    } as const;
    expect(recordProbe(failedBefore, 'token', FAILURE, NOW, 0)?.signals).toContainEqual({
      kind: 'endpoint_failing',
      endpoint: ENDPOINT_ID,
      since: NOW,
    });
  });

  it('nothing of the kind after a week of pause, or of two failures five days apart', () => {
    const later = NOW + 7 * 24 * HOUR;
    const step = recordResults(failed(1), [FAILURE], later, 0)!;
    expect(step.signals).toEqual([]);
    expect(step.health).toMatchObject({ failingSince: NOW, failing: { ms: 0 } });
  });

  it('counts from nothing when a success came between, or somebody asks for it', () => {
    const failing = { ms: 90 * HOUR };
    const before = { ...failed(1), failing };
    const again = recordResults(before, [SUCCESS, FAILURE], NOW + HOUR, 0)!.health;
    expect(again.failing).toEqual({ ms: 0 });
    expect(recordResults(before, [SUCCESS], NOW + HOUR, 0)!.health.failing).toBeUndefined();
    const anew = countAnew(before)!.health;
    expect(anew).toMatchObject({ failingSince: NOW, version: before.version + 1 });
    expect(recordResults(anew, [FAILURE], NOW + HOUR, 0)!.health.failing).toEqual({ ms: 0 });
    expect(countAnew(anew)).toBeUndefined();
  });
});

describe('forgiving', () => {
  it('forgets an outage and starts slowly', () => {
    const forgiven = forgive(failed(10), NOW + 1)!.health;
    expect(forgiven).toMatchObject({
      circuit: { state: 'closed', ramp: { width: 1, trips: 0 } },
      version: 2,
    });
    expect(forgiven.failingSince).toBeUndefined();
  });

  it('has nothing to forgive where nothing is remembered', () => {
    expect(forgive(WELL, NOW)).toBeUndefined();
    expect(forgive(recordResults(failed(1), [SUCCESS], NOW, 0)!.health, NOW)).toBeUndefined();
  });
});

it('a release is slow only for an endpoint that is not recovering already', () => {
  const slow = releaseSlowly(WELL, NOW)!.health;
  expect(slow.circuit).toMatchObject({ ramp: { width: 1 } });
  expect(releaseSlowly(slow, NOW)).toBeUndefined();
  expect(releaseSlowly(failed(10), NOW)).toBeUndefined();
});
