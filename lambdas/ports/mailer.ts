import type { MailText } from '../domain/alert-mail.ts';

export interface Mail extends MailText {
  readonly to: readonly string[];
}

/** Never throws: a refusal is told in words an operator can act on. */
export interface Mailer {
  send(mail: Mail): Promise<{ readonly sent: true } | { readonly sent: false; readonly problem: string }>;
}

/** Why mail does not leave, for whoever operates the gateway. */
export interface MailStatus {
  /** Undefined: it leaves again. */
  setMailProblem(problem: MailProblem | undefined): Promise<void>;
  mailProblem(): Promise<MailProblem | undefined>;
}

export interface MailProblem {
  /** In milliseconds. */
  readonly at: number;
  readonly problem: string;
}
