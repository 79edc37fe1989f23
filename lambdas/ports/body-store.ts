/**
 * Bodies too large for the event log. Keys are the event's id, so writing twice is harmless. Those of events that are
 * delivered later are kept apart, because they are kept longer.
 */
export interface BodyStore {
  put(project: string, event: string, bytes: Uint8Array, later?: boolean): Promise<void>;
  /** Throws when it is not there: an event that says so must have one. */
  get(project: string, event: string, later?: boolean): Promise<Uint8Array>;
}
