/** What a vendor wants to hear at once, instead of or before its events. */
import { MAX_ANSWER_CHARACTERS } from '../../source.ts';
import type { CallAnswer } from '../call-answer.ts';
import type { Preset } from '../presets/preset.ts';
import type { InboundRequest } from '../request.ts';
import type { Verdict } from '../verdict.ts';

export type SynchronousAnswer =
  /** An ordinary call: believed or rejected by its verdict. */
  | { readonly kind: 'none' }
  /** Part of the vendor's protocol and no event. */
  | ({ readonly kind: 'answer' } & CallAnswer)
  /** A GET of this URL, without following redirects, confirms the subscription; then the call is accepted. */
  | { readonly kind: 'confirm'; readonly url: string }
  /** The vendor sends the secret it will sign with, unsigned: shown to the user, who decides whether to believe it. */
  | { readonly kind: 'token'; readonly token: string; readonly answer: CallAnswer };

export interface Asked {
  readonly preset: Preset;
  readonly request: InboundRequest;
  /** Newest first. */
  readonly secrets: readonly string[];
  readonly verdict: Verdict;
}

/** Pure and total, like a verifier. */
export type Answerer = (asked: Asked) => SynchronousAnswer;

export const NO_ANSWER: SynchronousAnswer = { kind: 'none' };

/** Whatever we send back of what a caller sent must not become a page or a script under our name. */
const INERT = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cache-control': 'no-store',
};

/** A challenge given back as plain text; none when it is no challenge, or longer than any vendor's. */
export function echo(challenge: string | null | undefined): SynchronousAnswer {
  if (!challenge || challenge.length > MAX_ANSWER_CHARACTERS) return NO_ANSWER;
  return {
    kind: 'answer',
    status: 200,
    contentType: 'text/plain; charset=utf-8',
    body: challenge,
    headers: INERT,
  };
}

export function jsonAnswer(value: Readonly<Record<string, unknown>>): SynchronousAnswer {
  return {
    kind: 'answer',
    status: 200,
    contentType: 'application/json',
    body: JSON.stringify(value),
    headers: INERT,
  };
}

/** The one value of a query parameter; undefined when it is missing or there twice. */
export function queryValue(request: InboundRequest, name: string): string | undefined {
  const values = URL.parse(request.url)?.searchParams.getAll(name) ?? [];
  return values.length === 1 ? values[0] : undefined;
}
