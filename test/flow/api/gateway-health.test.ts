import { describe, expect, it } from 'vitest';
import { memoryClock } from '../../../lambdas/adapters/memory/clock.ts';
import { memoryMailStatus } from '../../../lambdas/adapters/memory/mail.ts';
import { memoryWebhookStatus } from '../../../lambdas/adapters/memory/webhook-status.ts';
import { gatewayHealthUseCase } from '../../../lambdas/flow/api/gateway-health.ts';
import { NOW } from '../../factories.ts';

const HOUR = 3_600_000;

describe('GET /v1/health', () => {
  const healthOf = async (over: Partial<Parameters<typeof gatewayHealthUseCase>[0]>) => {
    const deps = {
      clock: memoryClock(NOW),
      mails: true,
      mailStatus: memoryMailStatus(),
      webhookStatus: memoryWebhookStatus(),
      ...over,
    };
    const { status, body } = await gatewayHealthUseCase(deps)();
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'ok' });
    return body as { mail: unknown; alert_webhooks: unknown };
  };
  const mailOf = async (over: Parameters<typeof healthOf>[0]) => (await healthOf(over)).mail;

  it('says that no mail is sent without an address to send from', async () => {
    expect(await mailOf({ mails: false })).toEqual({ status: 'off', problem: null });
  });

  it('says why mail does not leave, for as long as it is tried again', async () => {
    const mailStatus = memoryMailStatus();
    expect(await mailOf({ mailStatus })).toEqual({ status: 'ok', problem: null });
    await mailStatus.setMailProblem({ at: NOW, recipient: 'mail-1', problem: 'Sending is paused.' });
    expect(await mailOf({ mailStatus })).toEqual({ status: 'failing', problem: 'Sending is paused.' });
    const clock = memoryClock(NOW + 27 * HOUR);
    expect(await mailOf({ mailStatus, clock })).toEqual({ status: 'ok', problem: null });
  });

  it('answers when that can not be read', async () => {
    const mailStatus = { mailProblem: () => Promise.reject(new Error('throttled')) };
    expect(await mailOf({ mailStatus })).toEqual({ status: 'unknown', problem: null });
  });

  it('names the webhook that refuses alerts, until it takes one again', async () => {
    const webhookStatus = memoryWebhookStatus();
    const of = async (over = {}) => (await healthOf({ webhookStatus, ...over })).alert_webhooks;
    expect(await of()).toEqual({ status: 'ok', problem: null });
    await webhookStatus.setWebhookProblem({ at: NOW, webhook: 'slack-1', problem: 'It answered 404.' });
    await webhookStatus.clearWebhookProblem('teams-2');
    expect(await of()).toEqual({ status: 'failing', problem: 'It answered 404.' });
    expect(await of({ clock: memoryClock(NOW + 27 * HOUR) })).toEqual({ status: 'ok', problem: null });
    await webhookStatus.clearWebhookProblem('slack-1');
    expect(await of()).toEqual({ status: 'ok', problem: null });
    const broken = { webhookProblem: () => Promise.reject(new Error('throttled')) };
    expect(await of({ webhookStatus: broken })).toEqual({ status: 'unknown', problem: null });
  });
});
