/** The signing secrets a receiver knows, by what its owner was told, and never by what the gateway stores. */

/** What leaves was read from the endpoint a little before: nobody expects the new secret sooner than this. */
const SETTLES_MS = 6_000;

export interface Keyring {
  /**
   * The secrets of which one has to have signed. `settlesMs`: how long after a change what leaves may still be of
   * before. Undefined while the owner waits for the answer to a rotation.
   */
  accepted(now: number, settlesMs?: number): readonly string[] | undefined;
  /** The owner asks for a new secret. */
  rotating(now: number, overlapMs: number): void;
  /** And is told what it is. */
  rotated(now: number, key: string): void;
}

/** `prompt`: changes to a new secret when told of it; otherwise it stays with the old one until the overlap ends. */
export function createKeyring(first: string, prompt: boolean): Keyring {
  let old = first;
  let next: string | undefined;
  let began: { readonly at: number; readonly until: number } | undefined;
  let changesAt = Number.POSITIVE_INFINITY;
  return {
    accepted(now, settlesMs = SETTLES_MS) {
      if (began !== undefined && next === undefined) return undefined;
      if (next === undefined || now < changesAt - SETTLES_MS) return [old];
      return now <= changesAt + settlesMs ? [old, next] : [next];
    },
    rotating(now, overlapMs) {
      // Asked again because nobody answered: the first may have happened.
      if (began !== undefined && next === undefined) return;
      old = next ?? old;
      next = undefined;
      began = { at: now, until: now + overlapMs };
    },
    rotated(now, key) {
      next = key;
      changesAt = prompt ? now : Math.max(now, began!.until);
    },
  };
}
