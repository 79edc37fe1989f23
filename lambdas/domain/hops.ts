/**
 * Events that go round: a delivery of ours that comes in again, over a broker or a source, is an event once more. Its own
 * deliveries say how often that was, and beyond some times it is refused: a loop ends.
 */
import { type Failure, invalid } from './failure.ts';
import { parseHomedId } from './ids.ts';
import { fail, ok, type Result } from './result.ts';

/** Of deliveries whose event came in as a delivery; without it none was. Nobody else can set it: `webhook-` is reserved. */
export const HOPS_HEADER = 'webhook-hops';
/**
 * A way over several gateways is shorter, and so is one through services that pass our headers on. Where two endpoints
 * lead back, events double each time.
 */
export const MAX_HOPS = 8;

/** What stands before names of attributes that became headers. */
const PREFIXES = ['', 'sns-attribute-'];

type Named = Readonly<Record<string, string>>;

/**
 * The headers an event has because of the way it came.
 * @param cameWith headers or attributes it came in with, names in lower case
 */
export function headersOfWay(cameWith: Named): Result<Named, Failure> {
  const hops = Math.max(...PREFIXES.map((prefix) => hopsOf(cameWith, prefix)));
  if (hops > MAX_HOPS) {
    const detail = `this is a delivery of an event that came in as a delivery ${MAX_HOPS} times before: it goes round; deliver to another place, or match other event types`;
    return fail(invalid(HOPS_HEADER, 'loop', detail));
  }
  const headers: Named = hops === 0 ? {} : { [HOPS_HEADER]: String(hops) };
  return ok(headers);
}

/** Nought for what was no delivery of a gateway: others name their messages otherwise. */
function hopsOf(named: Named, prefix: string): number {
  const id = named[`${prefix}webhook-id`];
  if (id === undefined || parseHomedId('evt', id) === undefined) return 0;
  const before = Number(named[prefix + HOPS_HEADER] ?? 0);
  return 1 + (Number.isSafeInteger(before) && before > 0 ? before : 0);
}
