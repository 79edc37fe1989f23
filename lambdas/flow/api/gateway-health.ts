/** `GET /v1/health`: that the API answers, and whether mail to owners leaves. */
import type { HealthView } from '../../contract/api/gateway.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MailStatus } from '../../ports/mailer.ts';
import type { OpenUseCase } from '../../ports/use-case.ts';

export interface GatewayHealthDeps {
  readonly clock: Clock;
  /** Whether the gateway has an address to mail from. */
  readonly mails: boolean;
  readonly mailStatus: Pick<MailStatus, 'mailProblem'>;
}

/** Refused mail is tried again for a day: an older problem was mended, or concerns a mail that was given up. */
const NEWS_MS = 26 * 3_600_000;

export function gatewayHealthUseCase(deps: GatewayHealthDeps): OpenUseCase {
  return async () => {
    const body: HealthView = { status: 'ok', mail: await mailHealth(deps) };
    return { status: 200, body };
  };
}

async function mailHealth({ clock, mails, mailStatus }: GatewayHealthDeps): Promise<HealthView['mail']> {
  if (!mails) return { status: 'off', problem: null };
  try {
    const known = await mailStatus.mailProblem();
    if (known === undefined || clock.now() - known.at > NEWS_MS) return { status: 'ok', problem: null };
    return { status: 'failing', problem: known.problem };
  } catch {
    // Whoever watches this route asks whether the API answers: it does.
    return { status: 'unknown', problem: null };
  }
}
