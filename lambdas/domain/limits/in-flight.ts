/**
 * How many requests to an endpoint are on their way at once. A batch holds places for a while: it gives them back when
 * it has ended, and those of a worker that died come back when the time it said is over. Pure: a store writes the next
 * state on condition that the one before still stands.
 */

export const MAX_MAX_IN_FLIGHT = 1_000;
/** Places outlive the longest request by this much: time for those of a batch that take turns, and for clocks apart. */
const MARGIN_MS = 8_000;
/** No request begins in this last part of the margin: other workers' clocks may be ahead of ours. */
const CLOCKS_APART_MS = 5_000;
const SHORTEST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;

export interface Holder {
  readonly holder: string;
  readonly places: number;
  /** Milliseconds; from then on they are anybody's. */
  readonly until: number;
}

export interface InFlight {
  readonly endpoint: string;
  readonly holders: readonly Holder[];
  /** Grows with each change; 0 was never written. */
  readonly version: number;
}

export interface WantedPlaces {
  readonly holder: string;
  readonly wanted: number;
  readonly limit: number;
  /** The endpoint's own deadline for a request. */
  readonly timeoutMs: number;
}

export interface Reservation {
  /** The state itself when nothing is to be written. */
  readonly next: InFlight;
  /** Undefined: all places are taken. */
  readonly held: Holder | undefined;
}

/** As many places as are free, up to those wanted. Who holds some already, its answer having been lost, keeps those. */
export function reserve(state: InFlight, want: WantedPlaces, now: number): Reservation {
  const still = state.holders.filter(({ until }) => until > now);
  const ours = still.find(({ holder }) => holder === want.holder);
  if (ours !== undefined) return { next: state, held: ours };
  const taken = still.reduce((sum, { places }) => sum + places, 0);
  const places = Math.min(want.wanted, want.limit - taken);
  if (places <= 0) return { next: state, held: undefined };
  const held = { holder: want.holder, places, until: now + want.timeoutMs + MARGIN_MS };
  return { next: { ...state, holders: [...still, held], version: state.version + 1 }, held };
}

/** The state itself when that holder has none (any more). */
export function release(state: InFlight, holder: string): InFlight {
  const holders = state.holders.filter((each) => each.holder !== holder);
  if (holders.length === state.holders.length) return state;
  return { ...state, holders, version: state.version + 1 };
}

/** The last moment at which a request may begin that is to have ended before its place is somebody else's. */
export function startBy(held: Holder, timeoutMs: number): number {
  return held.until - timeoutMs - CLOCKS_APART_MS;
}

/**
 * How long one without a place stays away: a quarter of the time since its event, so that many that wait for long ask
 * seldom; half of it drawn, so that those who came together do not come back so.
 */
export function turnAgainMs(ageMs: number, random: number): number {
  const longest = Math.min(Math.max(ageMs / 4, SHORTEST_WAIT_MS), LONGEST_WAIT_MS);
  return longest / 2 + (random * longest) / 2;
}
