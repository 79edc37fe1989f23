import type { BodyName, BodyStore } from '../../ports/body-store.ts';

/** Bodies by their names. */
export function memoryBodies(): BodyStore {
  const bodies = new Map<string, Uint8Array>();
  return {
    async put(name, bytes) {
      bodies.set(keyOf(name), Uint8Array.from(bytes));
    },
    async get(name) {
      const bytes = bodies.get(keyOf(name));
      if (bytes === undefined) throw new Error(`no body of ${name.event} in ${name.project}`);
      return Uint8Array.from(bytes);
    },
  };
}

function keyOf({ project, event, later, digest }: BodyName): string {
  return JSON.stringify([project, event, later, digest]);
}
