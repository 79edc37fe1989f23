/** A project with some of its settings changed, as `posthorn projects set` is told to. */
import { checkText } from '../../lambdas/contract/api/check.ts';
import { projectSettings } from '../../lambdas/contract/api/project-settings.ts';
import { readRetryPolicy } from '../../lambdas/contract/api/read-retry-policy.ts';
import type { AlertWebhook } from '../../lambdas/domain/alerts/webhook.ts';
import { contains, parseCidr, parseIp } from '../../lambdas/domain/egress/ip.ts';
import { judgeUrl } from '../../lambdas/domain/egress/url.ts';
import { type Failure, type FieldError, invalid } from '../../lambdas/domain/failure.ts';
import type { EgressAllowance, Project } from '../../lambdas/domain/project.ts';
import { fail, ok, type Result } from '../../lambdas/domain/result.ts';

/** In a Lambda function these are the runtime's own interface, which hands out its events and credentials. */
const LOOPBACK = ['127.0.0.1', '::1'];

/** `text` is a merge-patch in JSON. Only the local mode may reach its own machine. */
export function changeProject(project: Project, text: string, isLocal: boolean): Result<Project, Failure> {
  const checked = checkText(projectSettings, text);
  if (!checked.ok) return checked;
  const { event_shards, egress, retry, alert_emails, alert_webhooks, ...plain } = checked.value;
  const cidrs = egress?.cidrs ?? [];
  const own = isLocal ? -1 : cidrs.findIndex(reachesLoopback);
  if (own >= 0) {
    const detail = 'leave the loopback addresses out: behind them is the function itself';
    return fail(invalid(`egress.cidrs[${own}]`, 'loopback', detail));
  }
  if (event_shards !== undefined && event_shards < project.eventShards) {
    const detail = `at least ${project.eventShards}: events stay in the shards they were stored in`;
    return fail(invalid('event_shards', 'too_small', detail));
  }
  const policy = retry ? readRetryPolicy(retry, 'retry') : ok(retry);
  if (!policy.ok) return fail({ kind: 'invalid', errors: policy.failure });
  const allowed = { ...project.egress, ...egress };
  const webhooks = alert_webhooks ? judgeWebhooks(alert_webhooks, allowed) : ok(alert_webhooks);
  if (!webhooks.ok) return fail({ kind: 'invalid', errors: webhooks.failure });
  const { retry: oldRetry, alertEmails: oldEmails, alertWebhooks: oldWebhooks, ...rest } = project;
  const newRetry = policy.value === undefined ? oldRetry : policy.value;
  const newEmails = alert_emails === undefined ? oldEmails : alert_emails;
  const newWebhooks = webhooks.value === undefined ? oldWebhooks : webhooks.value;
  return ok({
    ...rest,
    ...plain,
    ...(event_shards !== undefined && { eventShards: event_shards }),
    egress: allowed,
    ...(newRetry && { retry: newRetry }),
    ...(newEmails && { alertEmails: newEmails }),
    ...(newWebhooks && { alertWebhooks: newWebhooks }),
  });
}

/** By the policy for endpoints, since the same client posts to them; where names lead is judged when it does. */
function judgeWebhooks(
  webhooks: readonly AlertWebhook[],
  allowance: EgressAllowance,
): Result<readonly AlertWebhook[], readonly FieldError[]> {
  const errors: FieldError[] = [];
  const kept = webhooks.map((webhook, index) => {
    const judged = judgeUrl(webhook.url, allowance);
    if (judged.ok) return { ...webhook, url: judged.url };
    errors.push({ field: `alert_webhooks[${index}].url`, code: judged.verdict, detail: judged.detail });
    return webhook;
  });
  return errors.length > 0 ? fail(errors) : ok(kept);
}

function reachesLoopback(text: string): boolean {
  const cidr = parseCidr(text);
  return cidr !== undefined && LOOPBACK.some((ip) => contains(cidr, parseIp(ip)!));
}
