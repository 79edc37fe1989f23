/** Between the transformer and its process. Only texts and numbers cross. */
import type { Transformed } from '../../ports/transformer.ts';

export interface Job {
  readonly expression: string;
  /** Absent: the expression is read, and that is all. */
  readonly input?: string;
}

export type Answer = { readonly ready: true } | { readonly transformed: Transformed };
