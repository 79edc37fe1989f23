/**
 * Reads asked for while one is under way share the next one. Each answer still comes from a read that began after it
 * was asked for, so nobody is told something older than what they had already written.
 */
export function shareNext<T>(read: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> | undefined;
  let next: Promise<T> | undefined;

  async function start(): Promise<T> {
    next = undefined;
    const reading = read();
    running = reading;
    try {
      return await reading;
    } finally {
      if (running === reading) running = undefined;
    }
  }

  return () => {
    if (running === undefined && next === undefined) return start();
    // However the running one ends, the next begins after it.
    next ??= (running ?? Promise.resolve()).then(start, start);
    return next;
  };
}
