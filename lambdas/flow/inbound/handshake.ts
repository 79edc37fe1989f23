/** Calls that are part of a vendor's protocol and no events: challenges, and the confirmation of a subscription. */
import { answerFor } from '../../domain/inbound/answers.ts';
import { acceptedAnswer, refusal } from '../../domain/inbound/call-answer.ts';
import type { InboundRequest } from '../../domain/inbound/request.ts';
import type { Verdict } from '../../domain/inbound/verdict.ts';
import { NO_ALLOWANCE } from '../../domain/project.ts';
import type { Source } from '../../domain/source.ts';
import type { HttpGetter } from '../../ports/http-caller.ts';
import type { Outcome } from './record-call.ts';

export interface HandshakeDeps {
  readonly http: HttpGetter;
}

const CONFIRM_TIMEOUT_MS = 10_000;
/** Of what a confirmation answers nothing is of use but its status. */
const KEPT_BYTES = 1024;

/** Undefined when the call is an ordinary one, to be believed or rejected by its verdict. */
export async function answerHandshake(
  deps: HandshakeDeps,
  source: Source,
  request: InboundRequest,
  secrets: readonly string[],
  verdict: Verdict,
): Promise<Outcome | undefined> {
  const due = answerFor(source.verification, request, secrets, verdict);
  switch (due.kind) {
    case 'none':
      return undefined;
    case 'answer': {
      const { kind, ...answer } = due;
      return answered('challenge', 'The sender checks that the address is ours.', answer);
    }
    case 'token': {
      const detail = `The sender will sign with this token. If you set the webhook up just now, make it the source's secret: ${due.token}`;
      return answered('verification_token', detail, due.answer);
    }
    case 'confirm':
      return confirm(deps, due.url);
  }
}

function answered(reason: string, detail: string, answer: Outcome['answer']): Outcome {
  return { verdict: 'answered', reason, detail, answer };
}

/** When it fails the sender asks again: SNS does for an hour. */
async function confirm({ http }: HandshakeDeps, url: string): Promise<Outcome> {
  const result = await http.get({
    url,
    timeoutMs: CONFIRM_TIMEOUT_MS,
    allowance: NO_ALLOWANCE,
    keepBytes: KEPT_BYTES,
  });
  if (result.kind === 'response' && result.statusCode === 200) {
    return answered('subscription_confirmed', 'The subscription is confirmed.', acceptedAnswer(undefined));
  }
  const why = result.kind === 'response' ? `status ${result.statusCode}` : (result.detail ?? result.kind);
  return {
    verdict: 'rejected',
    reason: 'confirmation_failed',
    detail: `The subscription could not be confirmed: ${why}.`,
    answer: refusal(503, 'confirmation_failed', 'The subscription could not be confirmed; send it again'),
  };
}
