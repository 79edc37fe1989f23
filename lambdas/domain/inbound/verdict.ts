/** What checking a sender comes to. */
import { fail, ok, type Result } from '../result.ts';

/** Why a call was not believed. A contract: shown in the API, the log and the docs. */
export type RejectReason =
  | 'missing_header'
  | 'malformed_header'
  | 'malformed_body'
  | 'bad_timestamp'
  | 'timestamp_too_old'
  | 'timestamp_too_new'
  | 'signature_mismatch'
  | 'digest_mismatch'
  | 'unsupported_algorithm'
  | 'untrusted_key_url'
  | 'unknown_key'
  | 'wrong_issuer'
  | 'wrong_audience'
  | 'wrong_identity'
  | 'expired'
  | 'wrong_credentials'
  | 'no_secret'
  /** Not the call's fault: the sender's public key can't be had now. */
  | 'key_unavailable';

export interface Rejection {
  readonly reason: RejectReason;
  /** One sentence for the person who looks at the call; never holds a secret or the signature expected. */
  readonly detail: string;
}

export interface Verified {
  /** When the sender says it signed, in milliseconds; only where the scheme signs it, so it protects from replays. */
  readonly signedAt?: number;
  /** The sender's own id of this delivery, the same on its retries. Signed or not: only a key for deduplication. */
  readonly deliveryId?: string;
  /** What the scheme leaves unprotected (`body is not signed`, …), for a warning beside the source. */
  readonly warning?: string;
}

export type Verdict = Result<Verified, Rejection>;

export function verified(about: Verified = {}): Verdict {
  return ok(about);
}

export function rejected(reason: RejectReason, detail: string): Verdict {
  return fail({ reason, detail });
}
