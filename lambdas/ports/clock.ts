/** Time, randomness and ids' raw material, so that flows are repeatable in tests. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

export interface Random {
  bytes(length: number): Uint8Array;
  /** Uniform in [0, 1). */
  uniform(): number;
}
