/** Types of ours. `*` does not match them: receivers of business events are not asked to know them. */
const OPERATIONAL_PREFIX = 'posthorn.';

export function isOperational(type: string): boolean {
  return type.startsWith(OPERATIONAL_PREFIX);
}
