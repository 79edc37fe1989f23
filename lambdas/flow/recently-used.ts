/** The few things used last, each made when it is first asked for; what falls out is let go. */
export function recentlyUsed<T>(most: number, letGo: (value: T) => void) {
  const kept = new Map<string, T>();
  return (key: string, make: () => T): T => {
    const value = kept.get(key) ?? make();
    // A Map keeps the order of insertion: the last is the newest.
    kept.delete(key);
    kept.set(key, value);
    for (const [oldest, old] of kept) {
      if (kept.size <= most) break;
      kept.delete(oldest);
      letGo(old);
    }
    return value;
  };
}
