import type { Mail, Mailer, MailProblem, MailStatus } from '../../ports/mailer.ts';

export interface MemoryMailer extends Mailer {
  readonly mails: Mail[];
  /** While set, every mail is refused for this reason. */
  refuseWith(problem: string | undefined): void;
}

/** An outbox that can be read. */
export function memoryMailer(): MemoryMailer {
  const mails: Mail[] = [];
  let refusal: string | undefined;
  return {
    mails,
    refuseWith(problem) {
      refusal = problem;
    },
    async send(mail) {
      if (refusal !== undefined) return { sent: false, problem: refusal };
      mails.push(mail);
      return { sent: true };
    },
  };
}

export function memoryMailStatus(): MailStatus {
  let stored: MailProblem | undefined;
  return {
    async setMailProblem(problem) {
      stored = problem;
    },
    async mailProblem() {
      return stored;
    },
  };
}
