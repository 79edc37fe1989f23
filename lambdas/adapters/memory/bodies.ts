import type { BodyStore } from '../../ports/body-store.ts';

/** Bodies by project and event. */
export function memoryBodies(): BodyStore {
  const bodies = new Map<string, Uint8Array>();
  return {
    async put(project, event, bytes) {
      bodies.set(`${project}/${event}`, Uint8Array.from(bytes));
    },
    async get(project, event) {
      const bytes = bodies.get(`${project}/${event}`);
      if (bytes === undefined) throw new Error(`no body of ${event} in ${project}`);
      return Uint8Array.from(bytes);
    },
  };
}
