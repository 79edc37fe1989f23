/** The time limits the stack gives to functions and queues. */
import { DELIVER_TIMEOUT_SECONDS, VISIBILITY_TIMES_TIMEOUT } from '../../lambdas/contract/functions.ts';

/** Of the deliver function: what a worker knew when it sent is no older. */
export const LONGEST_INVOCATION_MS = DELIVER_TIMEOUT_SECONDS * 1000;
export const DELIVERY_VISIBILITY_MS = LONGEST_INVOCATION_MS * VISIBILITY_TIMES_TIMEOUT;
/** Of the functions behind the publish queue and the wake queue. */
export const OTHER_TIMEOUT_SECONDS = 30;
export const OTHER_VISIBILITY_MS = OTHER_TIMEOUT_SECONDS * 1000 * VISIBILITY_TIMES_TIMEOUT;
