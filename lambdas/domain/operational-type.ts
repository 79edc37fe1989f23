/** Types of ours. `*` does not match them: receivers of business events are not asked to know them. */
const OPERATIONAL_PREFIX = 'posthorn.';

/** The key of an operational event: the same for the same news, and told from a publisher's by how it begins. */
export function operationalKey(type: string, endpoint: string, of: string): string {
  return `${type}:${endpoint}:${of}`;
}

/** Whether a message of the publish queue is one of ours: nothing else in it says so. */
export function isOwnMessage(type: string, key: string | undefined): boolean {
  return key?.startsWith(`${type}:ep_`) === true;
}

export function isOperational(type: string): boolean {
  return type.startsWith(OPERATIONAL_PREFIX);
}
