/**
 * Bodies too large for the event log. An object's name says whose body it is, and which where others may be written for
 * that event: so writing twice is harmless. Those of events that are delivered later are kept apart, because they are kept
 * longer.
 */
export interface BodyName {
  readonly project: string;
  readonly event: string;
  readonly later: boolean;
  readonly digest?: string;
}

export interface BodyStore {
  put(name: BodyName, bytes: Uint8Array): Promise<void>;
  /** Throws when it is not there: an event that says so must have one. */
  get(name: BodyName): Promise<Uint8Array>;
}
