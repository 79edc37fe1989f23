import type { WebhookProblem, WebhookStatus } from '../../ports/alert-webhooks.ts';

export function memoryWebhookStatus(): WebhookStatus {
  let stored: WebhookProblem | undefined;
  return {
    async setWebhookProblem(problem) {
      stored = problem;
    },
    async clearWebhookProblem(webhook) {
      if (stored?.webhook === webhook) stored = undefined;
    },
    async webhookProblem() {
      return stored;
    },
  };
}
