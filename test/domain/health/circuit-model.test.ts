import { describe, expect, it } from 'vitest';
import type { Circuit } from '../../../lambdas/domain/health/circuit.ts';
import { type Model, type Move, movesFrom, START } from './circuit-model.ts';

/** Everything that can be reached, breadth first, and how. */
function explore(): { states: Map<string, Model>; edges: { from: string; to: string; move: Move }[] } {
  const states = new Map([[keyOf(START), START]]);
  const edges: { from: string; to: string; move: Move }[] = [];
  const queue = [START];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const from = keyOf(next);
    for (const move of movesFrom(next)) {
      const to = keyOf(move.to);
      edges.push({ from, to, move });
      if (states.has(to)) continue;
      states.set(to, move.to);
      queue.push(move.to);
    }
  }
  return { states, edges };
}

function keyOf(model: Model): string {
  return JSON.stringify(model);
}

function phaseOf(circuit: Circuit): string {
  return circuit.state === 'closed' && circuit.ramp !== undefined ? 'recovering' : circuit.state;
}

const { states, edges } = explore();

describe('two workers that may die at any moment, in every interleaving', () => {
  it('is a model with something in it', () => {
    expect(states.size).toBeGreaterThan(10_000);
    const phases = new Set([...states.values()].map(({ circuit }) => phaseOf(circuit)));
    expect(phases).toEqual(new Set(['closed', 'open', 'half_open', 'recovering']));
  });

  it('never has two probes on their way', () => {
    for (const { workers } of states.values()) {
      const probes = workers.filter((worker) => worker.at === 'sending' && worker.probe);
      expect(probes.length).toBeLessThan(2);
    }
  });

  it('sends nothing while open or half-open but the probe, and what was decided before it opened', () => {
    for (const { from, move } of edges) {
      if (move.sent === undefined || move.sent.probe || move.sent.stale) continue;
      expect(states.get(from)!.circuit.state, move.what).toBe('closed');
    }
  });

  it('takes only the edges a circuit has', () => {
    const taken = new Set(
      edges.flatMap(({ move }) => (move.wrote === undefined ? [] : [move.wrote.map(phaseOf).join(' to ')])),
    );
    expect(taken).toEqual(
      new Set([
        'closed to open',
        'open to half_open',
        'half_open to half_open',
        'half_open to open',
        'half_open to recovering',
        'recovering to recovering',
        'recovering to open',
        'recovering to closed',
      ]),
    );
  });

  it('can be closed again from everywhere', () => {
    const into = Map.groupBy(edges, ({ to }) => to);
    const closable = new Set(
      [...states].filter(([, { circuit }]) => phaseOf(circuit) === 'closed').map(([key]) => key),
    );
    const queue = [...closable];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      for (const { from } of into.get(next) ?? []) {
        if (closable.has(from)) continue;
        closable.add(from);
        queue.push(from);
      }
    }
    expect(closable.size).toBe(states.size);
  });
});
