/** `GET /v1/health`: that the API answers, and whether alerts leave, by mail and to chat channels. */
import type { HealthView } from '../../contract/api/gateway.ts';
import type { WebhookStatus } from '../../ports/alert-webhooks.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MailStatus } from '../../ports/mailer.ts';
import type { OpenUseCase } from '../../ports/use-case.ts';

export interface GatewayHealthDeps {
  readonly clock: Clock;
  /** Whether the gateway has an address to mail from. */
  readonly mails: boolean;
  readonly mailStatus: Pick<MailStatus, 'mailProblem'>;
  readonly webhookStatus: Pick<WebhookStatus, 'webhookProblem'>;
}

/** What was refused is tried again for a day: an older problem was mended, or concerns an alert that was given up. */
const NEWS_MS = 26 * 3_600_000;

export function gatewayHealthUseCase(deps: GatewayHealthDeps): OpenUseCase {
  return async () => {
    const [mail, alert_webhooks] = await Promise.all([
      deps.mails ? healthOf(deps.clock, deps.mailStatus.mailProblem) : OFF,
      healthOf(deps.clock, deps.webhookStatus.webhookProblem),
    ]);
    const body: HealthView = { status: 'ok', mail, alert_webhooks };
    return { status: 200, body };
  };
}

const OFF = { status: 'off', problem: null } as const;

/** Whoever watches this route asks whether the API answers: it does, whatever can't be read. */
async function healthOf(
  clock: Clock,
  read: () => Promise<{ readonly at: number; readonly problem: string } | undefined>,
): Promise<HealthView['alert_webhooks']> {
  try {
    const known = await read();
    if (known === undefined || clock.now() - known.at > NEWS_MS) return { status: 'ok', problem: null };
    return { status: 'failing', problem: known.problem };
  } catch {
    return { status: 'unknown', problem: null };
  }
}
