/** Who made this call: the source's scheme, with the public key it may need from elsewhere. */
import { keyUrlOf } from '../domain/inbound/key-url.ts';
import type { InboundRequest } from '../domain/inbound/request.ts';
import type { Verdict } from '../domain/inbound/verdict.ts';
import { verifyInbound } from '../domain/inbound/verify.ts';
import type { Source } from '../domain/source.ts';
import type { Clock } from '../ports/clock.ts';
import type { VerificationKeys } from '../ports/verification-keys.ts';

export interface VerifyCallDeps {
  readonly clock: Clock;
  readonly keys: VerificationKeys;
}

/** @throws Error when the key can't be had now: not the call's fault, so it is to be sent again */
export async function verifyCall(
  deps: VerifyCallDeps,
  { verification }: Source,
  request: InboundRequest,
  secrets: readonly string[],
): Promise<Verdict> {
  const verify = (keys: readonly string[]) => verifyInbound(verification, request, keys, deps.clock.now());
  const url = keyUrlOf(verification, request);
  if (url === undefined) return verify(secrets);
  const verdict = verify([...secrets, await keyAt(deps, url, false)]);
  // The sender may have a new key that was published after we looked.
  if (verdict.ok || verdict.failure.reason !== 'unknown_key') return verdict;
  return verify([...secrets, await keyAt(deps, url, true)]);
}

async function keyAt(deps: VerifyCallDeps, url: string, refresh: boolean): Promise<string> {
  const text = await deps.keys.keysAt(url, refresh);
  if (text === undefined) throw new Error(`the key at ${url} can't be had`);
  return text;
}
