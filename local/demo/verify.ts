/** Checks a delivery as a receiver would (Standard Webhooks), and says which step failed. Pure. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What a receiver should make of a delivery. */
export type Verdict =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly step: 'headers' | 'timestamp' | 'signature' | 'secret';
      readonly why: string;
    };

/** Older or newer deliveries are refused: somebody may be replaying them. */
export const TOLERANCE_SECONDS = 5 * 60;

/**
 * @param secrets `whsec_...`, any of which may have signed
 * @param now milliseconds since 1970
 */
export function verify(
  headers: IncomingHttpHeaders,
  body: Uint8Array,
  secrets: Iterable<string>,
  now: number,
): Verdict {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const signatures = headers['webhook-signature'];
  for (const [name, value] of Object.entries({ id, timestamp, signature: signatures })) {
    if (typeof value !== 'string') return failed('headers', `the header webhook-${name} is missing`);
  }
  const sentAt = Number(timestamp);
  if (!Number.isInteger(sentAt)) return failed('timestamp', `"${timestamp}" is not a time in seconds`);
  const age = Math.floor(now / 1000) - sentAt;
  if (Math.abs(age) > TOLERANCE_SECONDS) {
    return failed('timestamp', `it is ${Math.abs(age)} s ${age > 0 ? 'old' : 'in the future'}`);
  }
  const given = String(signatures)
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => Buffer.from(signature.slice(3), 'base64'));
  if (given.length === 0) return failed('signature', 'there is no v1 signature');
  let tried = 0;
  for (const secret of secrets) {
    tried++;
    const expected = createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
      .update(`${id}.${timestamp}.`)
      .update(body)
      .digest();
    if (given.some((one) => one.length === expected.length && timingSafeEqual(one, expected)))
      return { ok: true };
  }
  if (tried === 0) return failed('secret', "the endpoint's secret is not known here");
  return failed('signature', 'no known secret made it');
}

function failed(step: Exclude<Verdict, { ok: true }>['step'], why: string): Verdict {
  return { ok: false, step, why };
}
