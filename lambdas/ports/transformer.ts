/**
 * Evaluates JSONata where it can do no harm: bounded in time and memory. `whose`: those of one project wait for each
 * other, and of others for one at a time.
 */
export interface Transformer {
  /** Reads an expression without evaluating it. Undefined: it can be read. */
  check(expression: string, whose?: string): Promise<ExpressionFault | undefined>;
  /** @param input JSON text */
  run(expression: string, input: string, whose?: string): Promise<Transformed>;
}

/** What the project wrote does not work. Whatever else stops an evaluation is a fault of ours, and thrown. */
export interface ExpressionFault {
  /** One clause, without a full stop. */
  readonly message: string;
  /** How many characters were read when it was met. */
  readonly position?: number;
}

export type Transformed =
  /** JSON text. */
  { readonly ok: true; readonly json: string } | { readonly ok: false; readonly fault: ExpressionFault };
