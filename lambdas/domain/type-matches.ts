/** `invoice.*` matches `invoice.paid` and `invoice.item.added`, not `invoice` and not `invoices.paid`. */
export function typeMatches(pattern: string, type: string): boolean {
  if (pattern === '*') return true;
  if (pattern.endsWith('.*')) return type.startsWith(pattern.slice(0, -1));
  return pattern === type;
}
