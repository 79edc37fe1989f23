/** Alerts to chat channels through the real client, to a listener on this machine. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createHttpCaller } from '../../../lambdas/adapters/http/caller.ts';
import { memoryClock } from '../../../lambdas/adapters/memory/clock.ts';
import { memoryConfig } from '../../../lambdas/adapters/memory/config.ts';
import { memoryDeliveries } from '../../../lambdas/adapters/memory/deliveries.ts';
import { memoryLog } from '../../../lambdas/adapters/memory/log.ts';
import { memoryMailer, memoryMailStatus } from '../../../lambdas/adapters/memory/mail.ts';
import { memoryOwnEvents } from '../../../lambdas/adapters/memory/own-events.ts';
import { memoryWebhookStatus } from '../../../lambdas/adapters/memory/webhook-status.ts';
import type { Alert } from '../../../lambdas/domain/alerts/record.ts';
import { webhookName } from '../../../lambdas/domain/alerts/webhook.ts';
import type { Project } from '../../../lambdas/domain/project.ts';
import { postAlert } from '../../../lambdas/flow/alerts/post-alert.ts';
import { anEndpoint, aProject, NOW } from '../../factories.ts';

const ALERT: Alert = {
  id: `${NOW}#opened`,
  stage: 'opened',
  at: NOW,
  since: NOW,
  cause: 'connection_refused',
  url: 'https://receiver.example/hooks',
  tries: 0,
  nextTryAt: NOW,
};
const LOOPBACK = { http: true, cidrs: ['127.0.0.0/8'] };
const ENDPOINT = anEndpoint({ alertEmails: ['owner@customer.example'] });

interface Posted {
  readonly path: string | undefined;
  readonly type: string | undefined;
  readonly body: { readonly text?: string; readonly type?: string };
}

/** Answers each post with the next status; the last one goes on. */
async function aChat(...statuses: number[]) {
  const posts: Posted[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const body = JSON.parse(await text(request));
    posts.push({ path: request.url, type: request.headers['content-type'], body });
    const status = statuses.length > 1 ? statuses.shift()! : (statuses[0] ?? 200);
    response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { posts, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/secret` };
}

const config = memoryConfig();
const mailer = memoryMailer();
const log = memoryLog();
const clock = memoryClock(NOW);
const webhookStatus = memoryWebhookStatus();

function depsFor() {
  const http = createHttpCaller();
  onTestFinished(() => http.close());
  return {
    clock,
    log,
    http,
    webhookStatus,
    mailer,
    projects: config,
    backlog: memoryDeliveries(),
    ownEvents: memoryOwnEvents(),
    mailStatus: memoryMailStatus(),
    endpointLink: 'https://hooks.example/endpoints/',
  };
}

const projectWith = (over: Partial<Project>) =>
  config.replaceProject(aProject({ egress: LOOPBACK, ...over }));

beforeEach(async () => {
  mailer.mails.length = 0;
  mailer.refuseWith(undefined);
  await config.createProject(aProject());
});

describe('an alert', () => {
  it("is posted to each of the project's channels in its own form", async () => {
    const slack = await aChat(200);
    const teams = await aChat(202);
    await projectWith({
      alertWebhooks: [
        { url: slack.url, format: 'slack' },
        { url: teams.url, format: 'teams' },
      ],
    });
    expect(await postAlert(depsFor(), ALERT, ENDPOINT)).toMatchObject({ sent: true });
    expect(slack.posts).toMatchObject([
      {
        path: '/services/secret',
        type: 'application/json; charset=utf-8',
        body: { text: 'Webhook endpoint fails: https://receiver.example/hooks' },
      },
    ]);
    expect(teams.posts).toMatchObject([{ body: { type: 'message' } }]);
    expect(mailer.mails).toHaveLength(1);
    expect(await webhookStatus.webhookProblem()).toBeUndefined();
  });

  it('goes again only to the channel that refused it, and the operator is told until it is taken', async () => {
    const slack = await aChat(200);
    const teams = await aChat(404, 202);
    const refusing = { url: teams.url, format: 'teams' } as const;
    await projectWith({ alertWebhooks: [{ url: slack.url, format: 'slack' }, refusing] });
    const deps = depsFor();
    const first = await postAlert(deps, ALERT, ENDPOINT);
    expect(first).toMatchObject({
      sent: false,
      reached: ['events', expect.stringMatching(/^mail-/), expect.stringMatching(/^slack-/)],
    });
    const name = webhookName(refusing);
    expect(await webhookStatus.webhookProblem()).toEqual({
      at: NOW,
      webhook: name,
      problem: `Teams webhook ${name}: It answered 404: it was removed. Set another URL.`,
    });
    const again = await postAlert(deps, { ...ALERT, tries: 1, reached: first.reached! }, ENDPOINT);
    expect(again).toMatchObject({ sent: true });
    expect([mailer.mails.length, slack.posts.length, teams.posts.length]).toEqual([1, 1, 2]);
    expect(await webhookStatus.webhookProblem()).toBeUndefined();
  });

  it('is mailed again, and not posted again, when the mail was refused', async () => {
    const slack = await aChat(200);
    await projectWith({ alertWebhooks: [{ url: slack.url, format: 'slack' }] });
    mailer.refuseWith('Sending is paused.');
    const deps = depsFor();
    const { sent, reached } = await postAlert(deps, ALERT, ENDPOINT);
    expect(sent).toBe(false);
    mailer.refuseWith(undefined);
    await postAlert(deps, { ...ALERT, tries: 1, reached: reached! }, ENDPOINT);
    expect([mailer.mails.length, slack.posts.length]).toEqual([1, 1]);
  });

  it.each([
    ['a channel behind a redirect, which is not followed', 302, LOOPBACK, 1],
    ['a channel at an address the project may not reach', 200, { http: true, cidrs: [] }, 0],
  ])('does not reach %s', async (_, status, egress, posts) => {
    const slack = await aChat(status);
    await projectWith({ egress, alertWebhooks: [{ url: slack.url, format: 'slack' }] });
    const posted = await postAlert(depsFor(), ALERT, ENDPOINT);
    expect(posted).toMatchObject({ sent: false, reached: ['events', expect.stringMatching(/^mail-/)] });
    expect(slack.posts).toHaveLength(posts);
    const problem = (await webhookStatus.webhookProblem())!;
    expect(problem.problem).not.toContain('127.0.0.1');
    expect(JSON.stringify(log)).not.toContain('secret');
    await webhookStatus.clearWebhookProblem(problem.webhook);
  });
});
