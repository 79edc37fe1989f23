/** Receivers: what they answer, and what each of them checks in every request it gets. */
import { createHmac } from 'node:crypto';
import type { HttpCall } from '../../lambdas/ports/http-caller.ts';
import type { Dice } from './dice.ts';
import type { Keyring } from './keyring.ts';
import type { PublishedBodies } from './published-bodies.ts';

export type Answer =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: Uint8Array;
      readonly afterMs: number;
    }
  /** Received, and the connection cut before an answer. */
  | { readonly kind: 'reset'; readonly afterMs: number }
  | { readonly kind: 'silence' };

export interface Visit {
  /** How often this event came here, from 1. */
  readonly visit: number;
  /** Milliseconds since the history began. */
  readonly elapsedMs: number;
  readonly dice: Dice;
}

export type Receiver = (visit: Visit) => Answer;

const HOUR_MS = 3600_000;
/** Larger than what is kept inside the delivery's record. */
const LONG_ANSWER = Buffer.alloc(400, 'x');

function status(code: number, dice: Dice, headers: Readonly<Record<string, string>> = {}): Answer {
  const body = dice.chance(0.1) ? LONG_ANSWER : Buffer.from('ok');
  return { kind: 'status', status: code, headers, body, afterMs: dice.between(5, 400) };
}

export const healthy: Receiver = ({ dice }) => status(200, dice);

export const failsFirst =
  (times: number): Receiver =>
  ({ visit, dice }) =>
    status(visit <= times ? 503 : 200, dice);

export const downUntil =
  (ms: number): Receiver =>
  ({ elapsedMs, dice }) =>
    status(elapsedMs < ms ? 502 : 204, dice);

export const alwaysDown: Receiver = ({ dice }) => status(503, dice);

export const gone: Receiver = ({ dice }) => status(410, dice);

export const busy =
  (seconds: number): Receiver =>
  ({ visit, dice }) =>
    visit <= 2 ? status(429, dice, { 'retry-after': String(seconds) }) : status(200, dice);

/** Answers around the deadline: some arrive, some don't. */
export const slow: Receiver = ({ dice }) => ({
  kind: 'status',
  status: 200,
  afterMs: dice.between(1_000, 20_000),
});

export const unreliable: Receiver = ({ visit, dice }) => {
  if (visit > 8) return status(200, dice);
  const roll = dice.uniform();
  if (roll < 0.4) return status(200, dice);
  if (roll < 0.6) return { kind: 'reset', afterMs: dice.between(1, 500) };
  if (roll < 0.7) return { kind: 'silence' };
  return status(dice.pick([301, 400, 404, 429, 500, 503, 504]), dice);
};

export function aReceiver(dice: Dice): Receiver {
  const roll = dice.uniform();
  if (roll < 0.3) return healthy;
  if (roll < 0.5) return failsFirst(dice.between(1, 5));
  if (roll < 0.6) return downUntil(dice.between(1, 6) * (dice.chance(0.5) ? 300_000 : HOUR_MS));
  if (roll < 0.7) return unreliable;
  if (roll < 0.8) return slow;
  if (roll < 0.87) return alwaysDown;
  if (roll < 0.94) return busy(dice.pick([1, 30, 90, 4_000]));
  return gone;
}

/** Time a receiver's verification library forgives; ours has to be fresh at every attempt. */
const FRESH_SECONDS = 60;

/** What is wrong with a request for this event; empty when all is well. Checked with the published rules, not with our code. */
export function faultsOf(
  call: HttpCall,
  keyring: Keyring,
  published: PublishedBodies,
  now: number,
  settlesMs: number | undefined,
): string[] {
  const faults: string[] = [];
  const id = call.headers['webhook-id'] ?? '';
  const timestamp = Number(call.headers['webhook-timestamp']);
  const bytes = published.faultOf(id, call.body);
  if (bytes !== undefined) faults.push(bytes);
  if (!(Math.abs(now / 1000 - timestamp) < FRESH_SECONDS)) faults.push(`its timestamp is ${timestamp}`);
  const keys = keyring.accepted(now, settlesMs);
  const signatures = (call.headers['webhook-signature'] ?? '').split(' ');
  const isGenuine = (secret: string): boolean => {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const signed = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(call.body).digest('base64');
    return signatures.includes(`v1,${signed}`);
  };
  if (keys !== undefined && !keys.some(isGenuine)) faults.push('no secret its receiver knows has signed it');
  return faults;
}
