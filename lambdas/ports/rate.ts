/** The next free slot of each endpoint with a rate limit, and of each API key. */
export interface RateMeter {
  /**
   * Takes the next slots and returns the free one after them; undefined when the first would come after `until`.
   * A repeat after a lost answer takes more: slots nobody uses, never more requests than allowed.
   */
  take(slots: WantedSlots): Promise<number | undefined>;
}

export interface WantedSlots {
  /** With its limit, each of which has slots of its own; or an API key. */
  readonly endpoint: string;
  readonly count: number;
  readonly intervalMs: number;
  /** The first slot is not before now. */
  readonly now: number;
  readonly until: number;
  /** A stored slot later than this is none of this limit's and counts as past; a minute or so after `until` unless said. */
  readonly beyond?: number;
}
