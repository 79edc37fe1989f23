import type { Transformer } from '../../ports/transformer.ts';
import { evaluate, read } from './evaluate.ts';

/** Without protection: for tests of what is done with the results, whose expressions are their own. */
export function inProcessTransformer(): Transformer {
  return {
    async check(expression) {
      const found = read(expression);
      return found.ok ? undefined : found.fault;
    },
    run: evaluate,
  };
}
