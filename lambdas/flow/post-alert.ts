/** One alert goes out: as operational events to subscribers, and as a mail to the endpoint's people. */

import { alertMail } from '../domain/alert-mail.ts';
import type { Alert } from '../domain/alert-record.ts';
import { isLastTry, type Posted } from '../domain/alert-sending.ts';
import type { Endpoint } from '../domain/endpoint.ts';
import { operationalEvents } from '../domain/operational-event.ts';
import type { OperationalEvents } from '../ports/alerts.ts';
import type { Clock } from '../ports/clock.ts';
import type { ProjectReader } from '../ports/config.ts';
import type { Backlog } from '../ports/delivery-log.ts';
import type { Log } from '../ports/log.ts';
import type { Mailer, MailStatus } from '../ports/mailer.ts';

export interface PostAlertDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly projects: ProjectReader;
  readonly backlog: Backlog;
  readonly ownEvents: OperationalEvents;
  /** Absent: the gateway has no address to mail from. */
  readonly mailer?: Mailer;
  readonly mailStatus: MailStatus;
  /** The endpoint's id is put behind it. */
  readonly endpointLink: string;
}

/** Counting more waiting deliveries than this would cost more than the number is worth. */
const COUNTED = 100;

/** Never throws: whatever stops it, the alert stays written, and its turn comes again. */
export async function postAlert(deps: PostAlertDeps, alert: Alert, endpoint: Endpoint): Promise<Posted> {
  try {
    // Repeats carry the same keys, and so make no second event.
    await deps.ownEvents.publishOwn(operationalEvents(alert, endpoint));
    return { id: alert.id, sent: await mail(deps, alert, endpoint) };
  } catch (cause) {
    deps.log.warn('alert.not_posted', { endpoint: endpoint.id, stage: alert.stage, cause: String(cause) });
    return { id: alert.id, sent: false };
  }
}

async function mail(deps: PostAlertDeps, alert: Alert, endpoint: Endpoint): Promise<boolean> {
  const to = await recipients(deps, endpoint);
  if (deps.mailer === undefined || to.length === 0) return true;
  const waiting = await countWaiting(deps, endpoint.id);
  const text = alertMail(alert, { endpoint, waiting, link: `${deps.endpointLink}${endpoint.id}` });
  const answer = await deps.mailer.send({ to, ...text });
  const told = { endpoint: endpoint.id, stage: alert.stage, recipients: to.length };
  if (answer.sent) {
    deps.log.info('alert.mailed', told);
    if (alert.tries > 0) await deps.mailStatus.setMailProblem(undefined);
    return true;
  }
  const { problem } = answer;
  deps.log.error(isLastTry(alert) ? 'alert.given_up' : 'alert.refused', { ...told, problem });
  await deps.mailStatus.setMailProblem({ at: deps.clock.now(), problem });
  return false;
}

async function recipients(deps: PostAlertDeps, endpoint: Endpoint): Promise<readonly string[]> {
  if (endpoint.alertEmails !== undefined) return endpoint.alertEmails;
  return (await deps.projects.project(endpoint.project))?.alertEmails ?? [];
}

async function countWaiting(deps: PostAlertDeps, endpoint: string) {
  const pages = await Promise.all([
    deps.backlog.held(endpoint, COUNTED),
    deps.backlog.due(endpoint, Number.MAX_SAFE_INTEGER, COUNTED),
  ]);
  const count = pages.reduce((sum, { entries }) => sum + entries.length, 0);
  return { count, more: pages.some(({ next }) => next !== undefined) };
}
