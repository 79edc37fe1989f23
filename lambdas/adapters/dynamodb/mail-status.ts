import type { MailProblem, MailStatus } from '../../ports/mailer.ts';
import { deleteItem, getItem, type ItemKey, putItem, type Table } from './table.ts';

/** Mail that was refused is tried again for a day; a problem nobody met since is none. */
const KEPT_SECONDS = 2 * 86_400;
const KEY: ItemKey = { pk: 'mail', sk: 'problem' };

/** Why mail does not leave, in the state table: one row for the whole gateway. */
export function dynamoMailStatus(table: Table): MailStatus {
  return {
    async setMailProblem(problem) {
      if (problem === undefined) await deleteItem(table, KEY);
      else
        await putItem(table, {
          ...KEY,
          v: 1,
          ...problem,
          expires: Math.ceil(problem.at / 1000) + KEPT_SECONDS,
        });
    },
    async mailProblem() {
      const item = await getItem(table, KEY);
      return item && { at: item.at as number, problem: item.problem as MailProblem['problem'] };
    },
  };
}
