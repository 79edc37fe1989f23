/** Which alert webhook does not take what is posted to it, for whoever operates the gateway. */
export interface WebhookStatus {
  /** The latest is kept. */
  setWebhookProblem(problem: WebhookProblem): Promise<void>;
  /** This webhook works again; what is kept of others stays. */
  clearWebhookProblem(webhook: string): Promise<void>;
  webhookProblem(): Promise<WebhookProblem | undefined>;
}

export interface WebhookProblem {
  /** In milliseconds. */
  readonly at: number;
  /** Its name (`domain/alerts/webhook.ts`). */
  readonly webhook: string;
  /** In words an operator can act on, without the URL: anyone may read `GET /v1/health`. */
  readonly problem: string;
}
