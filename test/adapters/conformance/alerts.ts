import { describe, expect, it } from 'vitest';
import type { AlertRecord } from '../../../lambdas/domain/alerts/record.ts';
import type { AlertLog } from '../../../lambdas/ports/alert-log.ts';
import type { WebhookStatus } from '../../../lambdas/ports/alert-webhooks.ts';
import type { MailStatus } from '../../../lambdas/ports/mailer.ts';
import { NOW } from '../../factories.ts';
import { freshEventId, freshId } from './fresh.ts';

const HOUR = 495_000;

function aRecord(endpoint: string): AlertRecord {
  return {
    endpoint,
    incident: { since: NOW - 5, toldAt: NOW, flaps: 1, lasts: true, recoveredAt: NOW + 9 },
    warnedOf: NOW - 4,
    disabledAt: NOW - 3,
    digestedThrough: HOUR,
    pending: [
      {
        id: `${NOW}#exhausted`,
        stage: 'exhausted',
        at: NOW,
        since: NOW,
        exhausted: [{ event: freshEventId(), type: 'invoice.paid', why: 'expired' }],
        url: 'https://receiver.example/hooks',
        reached: ['mail'],
        tries: 2,
        nextTryAt: NOW + 60_000,
      },
    ],
    sending: { token: 'a-sender', until: NOW + 90_000 },
    version: 1,
  };
}

export function alertsConform(make: () => AlertLog): void {
  describe('alerts', () => {
    it('keep every part of what was told and of what is not sent yet', async () => {
      const log = make();
      const record = aRecord(freshId('ep'));
      expect(await log.alertRecord(record.endpoint)).toBeUndefined();
      expect(await log.saveAlertRecord(record)).toBe('saved');
      expect(await log.alertRecord(record.endpoint)).toEqual(record);
    });

    it('are replaced only at the version they were read at', async () => {
      const log = make();
      const record = aRecord(freshId('ep'));
      await log.saveAlertRecord(record);
      expect(await log.saveAlertRecord({ ...record, pending: [] })).toBe('conflict');
      expect(await log.saveAlertRecord({ ...record, version: 3 })).toBe('conflict');
      const next: AlertRecord = { endpoint: record.endpoint, pending: [], version: 2 };
      expect(await log.saveAlertRecord(next)).toBe('saved');
      expect(await log.alertRecord(record.endpoint)).toEqual(next);
    });

    it('list deliveries given up in some hours, the oldest hour first, each once an hour', async () => {
      const log = make();
      const endpoint = freshId('ep');
      const [one, two, three, four] = [1, 2, 3, 4].map(
        () => ({ event: freshEventId(), type: 'invoice.paid', why: 'exhausted' }) as const,
      );
      await log.noteExhausted(endpoint, HOUR, four!);
      await log.noteExhausted(endpoint, HOUR - 1, three!);
      await log.noteExhausted(endpoint, HOUR - 2, two!);
      await log.noteExhausted(endpoint, HOUR - 2, two!);
      await log.noteExhausted(endpoint, HOUR - 3, one!);
      await log.noteExhausted(freshId('ep'), HOUR - 1, one!);
      const hours = { after: HOUR - 3, through: HOUR - 1 };
      expect(await log.exhaustedIn(endpoint, hours, 10)).toEqual([two, three]);
      expect(await log.exhaustedIn(endpoint, hours, 1)).toEqual([two]);
      expect(await log.exhaustedIn(endpoint, { after: HOUR, through: HOUR + 5 }, 10)).toEqual([]);
    });
  });
}

export function mailStatusConforms(make: () => MailStatus): void {
  describe('the state of mail', () => {
    it('is the last problem, until it is mended', async () => {
      const status = make();
      expect(await status.mailProblem()).toBeUndefined();
      await status.setMailProblem({ at: NOW, recipient: 'mail-1', problem: 'refused' });
      const later = { at: NOW + 1, recipient: 'mail-2', problem: 'paused' };
      await status.setMailProblem(later);
      await status.clearMailProblem('mail-1');
      expect(await status.mailProblem()).toEqual(later);
      await status.clearMailProblem('mail-2');
      await status.clearMailProblem('mail-2');
      expect(await status.mailProblem()).toBeUndefined();
    });
  });
}

export function webhookStatusConforms(make: () => WebhookStatus): void {
  describe('the status of alert webhooks', () => {
    it('is the latest problem, until that webhook takes an alert again', async () => {
      const status = make();
      const first = { at: NOW, webhook: 'slack-1', problem: 'It answered 404.' };
      const second = { at: NOW + 1, webhook: 'teams-2', problem: 'It answered 500.' };
      expect(await status.webhookProblem()).toBeUndefined();
      await status.setWebhookProblem(first);
      await status.setWebhookProblem(second);
      expect(await status.webhookProblem()).toEqual(second);
      await status.clearWebhookProblem('slack-1');
      expect(await status.webhookProblem()).toEqual(second);
      await status.clearWebhookProblem('teams-2');
      expect(await status.webhookProblem()).toBeUndefined();
    });
  });
}
