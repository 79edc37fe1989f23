/** What every verification scheme offers; one for each preset, found in the table of `verify.ts`. */
import type { InboundRequest } from './request.ts';
import type { Verdict } from './verdict.ts';

export interface Check<Options> {
  readonly request: InboundRequest;
  /** Shared secrets or public keys as text, any of which may have signed; malformed ones are skipped. */
  readonly secrets: readonly string[];
  readonly options: Options;
  /** Unix seconds. */
  readonly nowSeconds: number;
}

/** Pure and total: whatever arrives, the answer is a verdict. */
export type Verifier<Options> = (check: Check<Options>) => Verdict;
