/** Bodies too large for the event log. Keys are the event's id, so writing twice is harmless. */
export interface BodyStore {
  put(project: string, event: string, bytes: Uint8Array): Promise<void>;
  /** Throws when it is not there: an event that says so must have one. */
  get(project: string, event: string): Promise<Uint8Array>;
}
