import type { MailProblem, MailStatus } from '../../ports/mailer.ts';
import { deleteItem, getItem, type ItemKey, putItem, type Table } from './table.ts';

/** Mail that was refused is tried again for a day; a problem nobody met since is none. */
const KEPT_SECONDS = 2 * 86_400;
const KEY: ItemKey = { pk: 'mail', sk: 'problem' };

/** Why mail does not leave, in the state table: one row for the whole gateway, with the latest. */
export function dynamoMailStatus(table: Table): MailStatus {
  async function mailProblem(): Promise<MailProblem | undefined> {
    const item = await getItem(table, KEY);
    return (
      item && {
        at: item.at as number,
        // Rows of older code have none, and nobody clears them: they are no news after a day.
        recipient: (item.recipient as string | undefined) ?? '',
        problem: item.problem as string,
      }
    );
  }
  return {
    mailProblem,
    async setMailProblem(problem) {
      const expires = Math.ceil(problem.at / 1000) + KEPT_SECONDS;
      await putItem(table, { ...KEY, v: 1, ...problem, expires });
    },
    async clearMailProblem(recipient) {
      // Another's problem written in between would be lost until its next try: a matter of minutes.
      if ((await mailProblem())?.recipient === recipient) await deleteItem(table, KEY);
    },
  };
}
