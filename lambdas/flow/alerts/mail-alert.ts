/** One alert goes to one person: SES refuses a mail to several for the sake of one of them. */
import { alertMail } from '../../domain/alerts/mail.ts';
import { maskedAddress, recipientName } from '../../domain/alerts/recipient.ts';
import type { Alert } from '../../domain/alerts/record.ts';
import { isLastTry } from '../../domain/alerts/sending.ts';
import type { AlertContext } from '../../domain/alerts/words.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Mailer, MailStatus } from '../../ports/mailer.ts';

export interface MailAlertDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Absent: the gateway has no address to mail from. */
  readonly mailer?: Mailer;
  readonly mailStatus: MailStatus;
}

/** Whether it was taken. */
export async function mailAlert(
  deps: MailAlertDeps,
  mailer: Mailer,
  to: string,
  alert: Alert,
  context: AlertContext,
): Promise<boolean> {
  const answer = await mailer.send({ to, ...alertMail(alert, context) });
  const recipient = recipientName(to);
  const told = { endpoint: context.endpoint.id, stage: alert.stage, recipient };
  if (answer.sent) {
    deps.log.info('alert.mailed', told);
    if (alert.tries > 0) await deps.mailStatus.clearMailProblem(recipient);
    return true;
  }
  const problem = `Mail to ${maskedAddress(to)}: ${answer.problem}`;
  deps.log.error(isLastTry(alert) ? 'alert.given_up' : 'alert.refused', { ...told, problem });
  await deps.mailStatus.setMailProblem({ at: deps.clock.now(), recipient, problem });
  return false;
}
