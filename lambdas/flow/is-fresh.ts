/**
 * Whether what was read at a moment may still be used at another one, in milliseconds. Read later than now: the clock
 * was set back meanwhile, and nobody can say how old it is.
 */
export function isFresh({ at }: { readonly at: number }, now: number, forMs: number): boolean {
  return at <= now && now - at < forMs;
}
