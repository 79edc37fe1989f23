import { createJsonataTransformer } from '../adapters/jsonata/transformer.ts';
import type { Transformer } from '../ports/transformer.ts';

/** Its process's code lies beside the function's own: `lib/bundle.ts` puts it there. */
export function transformer(): Transformer {
  return createJsonataTransformer({ evaluator: new URL('./evaluator.mjs', import.meta.url) });
}
