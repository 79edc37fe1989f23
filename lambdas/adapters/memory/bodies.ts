import type { BodyStore } from '../../ports/body-store.ts';

/** Bodies by project and event. */
export function memoryBodies(): BodyStore {
  const bodies = new Map<string, Uint8Array>();
  return {
    async put(project, event, bytes, later = false) {
      bodies.set(`${later}/${project}/${event}`, Uint8Array.from(bytes));
    },
    async get(project, event, later = false) {
      const bytes = bodies.get(`${later}/${project}/${event}`);
      if (bytes === undefined) throw new Error(`no body of ${event} in ${project}`);
      return Uint8Array.from(bytes);
    },
  };
}
