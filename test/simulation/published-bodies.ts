/** The bytes publishers gave away, kept apart from everything the gateway stores. */

export interface PublishedBodies {
  add(body: Uint8Array): void;
  /** What is wrong with these bytes as the body of this event; undefined when they are what was published. */
  faultOf(event: string, body: Uint8Array): string | undefined;
}

export function createPublishedBodies(): PublishedBodies {
  const published = new Set<string>();
  const ofEvent = new Map<string, string>();
  return {
    add: (body) => void published.add(textOf(body)),
    faultOf(event, body) {
      const text = textOf(body);
      if (!published.has(text)) return 'nobody published its body';
      const before = ofEvent.get(event);
      ofEvent.set(event, text);
      return before === undefined || before === text ? undefined : 'its body differs from an earlier one';
    },
  };
}

/** One character a byte. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
