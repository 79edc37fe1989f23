/** What a sender is answered. */
import type { CustomAnswer } from '../source.ts';
import type { Rejection, RejectReason } from './verdict.ts';

export interface CallAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Senders look at the status; a body would be shown to people by some (Slack) and parsed by others (Twilio). */
const ACCEPTED: CallAnswer = { status: 200, contentType: 'text/plain; charset=utf-8', body: '' };

/** The same for the first call and for its repeats. */
export function acceptedAnswer(custom: CustomAnswer | undefined): CallAnswer {
  return custom ?? ACCEPTED;
}

/** `code` is the reason; the detail is for the source's owner and stays in the log: a stranger gets no hints. */
export function refusal(status: number, code: string, title: string): CallAnswer {
  const body = { type: `urn:posthorn:problem:${code}`, title, status, code };
  return { status, contentType: 'application/problem+json', body: JSON.stringify(body) };
}

/** 401 where the sender could not prove itself (Discord insists on it), 400 where the call can't be read. */
export function rejectionAnswer({ reason }: Rejection): CallAnswer {
  return refusal(STATUS[reason] ?? 401, reason, 'The call was not accepted');
}

const STATUS: Partial<Readonly<Record<RejectReason, number>>> = {
  malformed_body: 400,
  // Ours: the source has no usable secret yet. Senders try again later.
  no_secret: 503,
  key_unavailable: 503,
};
