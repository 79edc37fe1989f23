import type { MailText } from '../domain/alerts/mail.ts';

export interface Mail extends MailText {
  readonly to: string;
}

/** Never throws: a refusal is told in words an operator can act on. */
export interface Mailer {
  send(mail: Mail): Promise<{ readonly sent: true } | { readonly sent: false; readonly problem: string }>;
}

/** Why mail does not leave, for whoever operates the gateway. */
export interface MailStatus {
  /** The latest is kept. */
  setMailProblem(problem: MailProblem): Promise<void>;
  /** Mail to this recipient leaves again; what is kept of others stays. */
  clearMailProblem(recipient: string): Promise<void>;
  mailProblem(): Promise<MailProblem | undefined>;
}

export interface MailProblem {
  /** In milliseconds. */
  readonly at: number;
  /** A name of the address that was refused (`domain/alerts/recipient.ts`). */
  readonly recipient: string;
  /** In words an operator can act on, with no whole address: anyone may read `GET /v1/health`. */
  readonly problem: string;
}
