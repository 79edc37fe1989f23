/** One alert goes to one chat channel. */
import type { Alert } from '../../domain/alerts/record.ts';
import { isLastTry } from '../../domain/alerts/sending.ts';
import { slackMessage } from '../../domain/alerts/slack.ts';
import { teamsMessage } from '../../domain/alerts/teams.ts';
import { type AlertWebhook, type WebhookFormat, webhookName } from '../../domain/alerts/webhook.ts';
import { type AlertContext, alertText } from '../../domain/alerts/words.ts';
import type { HttpResult } from '../../domain/delivery/outcome.ts';
import type { EgressAllowance } from '../../domain/project.ts';
import { explain } from '../../domain/why.ts';
import type { WebhookStatus } from '../../ports/alert-webhooks.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HttpCaller } from '../../ports/http-caller.ts';
import type { Log } from '../../ports/log.ts';

export interface PostWebhookDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly http: HttpCaller;
  readonly webhookStatus: WebhookStatus;
}

/** A chat answers at once or not at all; the function that posts has 30 s for everything. */
const TIMEOUT_MS = 8_000;
const HEADERS = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Posthorn' };
const BODIES = { slack: slackMessage, teams: teamsMessage } as const;
const NAMES: Readonly<Record<WebhookFormat, string>> = { slack: 'Slack', teams: 'Teams' };

/** Whether it was taken: 2xx. */
export async function postWebhook(
  deps: PostWebhookDeps,
  webhook: AlertWebhook,
  alert: Alert,
  context: AlertContext & { readonly allowance: EgressAllowance },
): Promise<boolean> {
  const message = BODIES[webhook.format](alertText(alert, context), context.link);
  const { allowance, endpoint } = context;
  const body = Buffer.from(JSON.stringify(message));
  const call = { url: webhook.url, headers: HEADERS, body, timeoutMs: TIMEOUT_MS, allowance };
  const fault = faultOf(await deps.http.post(call));
  const name = webhookName(webhook);
  const told = { project: endpoint.project, endpoint: endpoint.id, stage: alert.stage, webhook: name };
  if (fault === undefined) {
    deps.log.info('alert.posted', told);
    if (alert.tries > 0) await deps.webhookStatus.clearWebhookProblem(name);
    return true;
  }
  const problem = `${NAMES[webhook.format]} webhook ${name}: ${fault}`;
  deps.log.error(isLastTry(alert) ? 'alert.given_up' : 'alert.refused', { ...told, problem });
  await deps.webhookStatus.setWebhookProblem({ at: deps.clock.now(), webhook: name, problem });
  return false;
}

/** Without details: they may name hosts and addresses. */
function faultOf(result: HttpResult): string | undefined {
  switch (result.kind) {
    case 'our_fault':
      return 'Nothing could be sent. The log of the alert function says why.';
    case 'no_response':
      return explain({ error: result.error }).sentence;
    case 'response':
      return faultOfStatus(result.statusCode);
  }
}

function faultOfStatus(status: number): string | undefined {
  if (status >= 200 && status <= 299) return undefined;
  if (status === 429) return 'It answered 429: too many messages at once.';
  if (status === 404 || status === 410) return `It answered ${status}: it was removed. Set another URL.`;
  if (status >= 500) return `It answered ${status}: the chat service fails.`;
  return `It answered ${status}: it refuses the message. Make a new webhook and set its URL.`;
}
