/**
 * One alert goes out: as operational events to subscribers, as a mail to each of the endpoint's people, and to the project's
 * chat channels. Whoever has it does not get it again while others refuse it.
 */
import { recipientName } from '../../domain/alerts/recipient.ts';
import type { Alert } from '../../domain/alerts/record.ts';
import type { Posted } from '../../domain/alerts/sending.ts';
import { webhookName } from '../../domain/alerts/webhook.ts';
import type { AlertContext } from '../../domain/alerts/words.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import { operationalEvents } from '../../domain/operational-event.ts';
import type { Project } from '../../domain/project.ts';
import type { OperationalEvents } from '../../ports/alerts.ts';
import type { ProjectReader } from '../../ports/config.ts';
import type { Backlog } from '../../ports/delivery-log.ts';
import { countWaiting } from '../waiting/count-waiting.ts';
import { type MailAlertDeps, mailAlert } from './mail-alert.ts';
import { type PostWebhookDeps, postWebhook } from './post-webhook.ts';

export interface PostAlertDeps extends PostWebhookDeps, MailAlertDeps {
  readonly projects: ProjectReader;
  readonly backlog: Backlog;
  readonly ownEvents: OperationalEvents;
  /** The endpoint's id is put behind it. */
  readonly endpointLink: string;
}

/** Counting more waiting deliveries than this would cost more than the number is worth. */
const COUNTED = 100;
/** Among what has an alert: subscribers of operational events. A digest may be a thousand of them. */
const EVENTS = 'events';

/** What has to get an alert: a name that stays the same, and the way there. */
interface Channel {
  readonly name: string;
  send(context: AlertContext): Promise<boolean>;
}

/** Never throws: whatever stops it, the alert stays written, and its turn comes again. */
export async function postAlert(deps: PostAlertDeps, alert: Alert, endpoint: Endpoint): Promise<Posted> {
  let reached = alert.reached ?? [];
  try {
    if (!reached.includes(EVENTS)) {
      // Should we stop before that is written down: repeats carry the same keys, and so make no second event.
      await deps.ownEvents.publishOwn(operationalEvents(alert, endpoint));
      reached = [...reached, EVENTS];
    }
    const project = await deps.projects.project(endpoint.project);
    const left = channelsOf(deps, alert, endpoint, project).filter(({ name }) => !reached.includes(name));
    if (left.length === 0) return { id: alert.id, sent: true };
    const waiting = await countWaiting(deps.backlog, endpoint.id, COUNTED);
    const context = { endpoint, waiting, link: `${deps.endpointLink}${endpoint.id}` };
    const taken = await Promise.all(left.map((channel) => taking(deps, channel, alert, context)));
    const now = left.filter((_, index) => taken[index]).map(({ name }) => name);
    return { id: alert.id, sent: now.length === left.length, reached: [...reached, ...now] };
  } catch (cause) {
    deps.log.warn('alert.not_posted', { endpoint: endpoint.id, stage: alert.stage, cause: String(cause) });
    return { id: alert.id, sent: false, reached };
  }
}

function channelsOf(
  deps: PostAlertDeps,
  alert: Alert,
  endpoint: Endpoint,
  project: Project | undefined,
): readonly Channel[] {
  const { mailer } = deps;
  const to = endpoint.alertEmails ?? project?.alertEmails ?? [];
  const mails =
    mailer === undefined
      ? []
      : to.map((address): Channel => {
          const send = (context: AlertContext) => mailAlert(deps, mailer, address, alert, context);
          return { name: recipientName(address), send };
        });
  if (project === undefined) return mails;
  const chats = (project.alertWebhooks ?? []).map(
    (webhook): Channel => ({
      name: webhookName(webhook),
      send: (context) => postWebhook(deps, webhook, alert, { ...context, allowance: project.egress }),
    }),
  );
  return [...mails, ...chats];
}

/** One channel's fault is not another's. */
async function taking(
  deps: PostAlertDeps,
  channel: Channel,
  { stage }: Alert,
  context: AlertContext,
): Promise<boolean> {
  try {
    return await channel.send(context);
  } catch (cause) {
    const { id: endpoint } = context.endpoint;
    deps.log.warn('alert.not_posted', { endpoint, stage, channel: channel.name, cause: String(cause) });
    return false;
  }
}
