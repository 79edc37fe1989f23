import type { WebhookProblem, WebhookStatus } from '../../ports/alert-webhooks.ts';
import { deleteItem, getItem, type ItemKey, putItem, type Table } from './table.ts';

/** What was refused is posted again for a day; a problem nobody met since is none. */
const KEPT_SECONDS = 2 * 86_400;
const KEY: ItemKey = { pk: 'alert-webhooks', sk: 'problem' };

/** Which alert webhook refuses, in the state table: one row for the whole gateway, with the latest. */
export function dynamoWebhookStatus(table: Table): WebhookStatus {
  async function webhookProblem(): Promise<WebhookProblem | undefined> {
    const item = await getItem(table, KEY);
    return (
      item && {
        at: item.at as number,
        webhook: item.webhook as string,
        problem: item.problem as string,
      }
    );
  }
  return {
    webhookProblem,
    async setWebhookProblem(problem) {
      const expires = Math.ceil(problem.at / 1000) + KEPT_SECONDS;
      await putItem(table, { ...KEY, v: 1, ...problem, expires });
    },
    async clearWebhookProblem(webhook) {
      // Another's problem written in between would be lost until its next try: a matter of minutes.
      if ((await webhookProblem())?.webhook === webhook) await deleteItem(table, KEY);
    },
  };
}
