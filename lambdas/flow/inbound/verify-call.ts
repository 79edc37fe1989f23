/** Who made this call: the source's scheme, with the public key it may need from elsewhere. */
import { keyUrlOf } from '../../domain/inbound/public-keys/key-url.ts';
import type { InboundRequest } from '../../domain/inbound/request.ts';
import { rejected, type Verdict } from '../../domain/inbound/verdict.ts';
import { verifyInbound } from '../../domain/inbound/verify.ts';
import type { Source } from '../../domain/source.ts';
import type { Clock } from '../../ports/clock.ts';
import type { VerificationKeys } from '../../ports/verification-keys.ts';

export interface VerifyCallDeps {
  readonly clock: Clock;
  readonly keys: VerificationKeys;
}

export async function verifyCall(
  deps: VerifyCallDeps,
  { id, verification }: Source,
  request: InboundRequest,
  secrets: readonly string[],
): Promise<Verdict> {
  const verify = (keys: readonly string[]) => verifyInbound(verification, request, keys, deps.clock.now());
  const url = keyUrlOf(verification, request);
  const known = verify(secrets);
  // A key that somebody pasted needs no asking.
  if (url === undefined || known.ok) return known;
  const key = await deps.keys.keysAt(url, false, id);
  if (key === undefined) return UNAVAILABLE;
  const verdict = verify([...secrets, key]);
  if (verdict.ok || verdict.failure.reason !== 'unknown_key') return verdict;
  // The sender may have a new key that was published after we looked.
  const newer = await deps.keys.keysAt(url, true, id);
  return newer === undefined ? UNAVAILABLE : verify([...secrets, newer]);
}

const UNAVAILABLE = rejected(
  'key_unavailable',
  "The sender's public key could not be fetched; the call was answered 503, so that it comes again.",
);
