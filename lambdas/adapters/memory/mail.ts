import type { Mail, Mailer, MailProblem, MailStatus } from '../../ports/mailer.ts';

export interface MemoryMailer extends Mailer {
  readonly mails: Mail[];
  /** While set, every mail is refused for this reason, or every one to this address. */
  refuseWith(problem: string | undefined, to?: string): void;
}

/** An outbox that can be read. */
export function memoryMailer(): MemoryMailer {
  const mails: Mail[] = [];
  let refusal: { readonly problem: string | undefined; readonly to?: string | undefined } | undefined;
  return {
    mails,
    refuseWith(problem, to) {
      refusal = { problem, to };
    },
    async send(mail) {
      const { problem, to = mail.to } = refusal ?? {};
      if (problem !== undefined && to === mail.to) return { sent: false, problem };
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
    async clearMailProblem(recipient) {
      if (stored?.recipient === recipient) stored = undefined;
    },
    async mailProblem() {
      return stored;
    },
  };
}
