import { describe, expect, it } from 'vitest';
import type { Alert, AlertRecord } from '../../../lambdas/domain/alerts/record.ts';
import {
  claimSending,
  dueAlerts,
  isLastTry,
  SENDING_MS,
  settleSending,
} from '../../../lambdas/domain/alerts/sending.ts';
import { ENDPOINT_ID, NOW } from '../../factories.ts';

const ALERT: Alert = {
  id: `${NOW}#opened`,
  stage: 'opened',
  at: NOW,
  since: NOW,
  url: 'https://receiver.example/hooks',
  tries: 0,
  nextTryAt: NOW,
};
const RECORD: AlertRecord = { endpoint: ENDPOINT_ID, pending: [ALERT], version: 1 };

describe('claiming', () => {
  it('lets one worker send, until its time is up', () => {
    const claimed = claimSending(RECORD, 'one', NOW)!;
    expect(claimed.sending).toEqual({ token: 'one', until: NOW + SENDING_MS });
    expect(claimSending(claimed, 'two', NOW + SENDING_MS - 1)).toBeUndefined();
    expect(claimSending(claimed, 'two', NOW + SENDING_MS)?.sending?.token).toBe('two');
  });

  it('is for what is due', () => {
    expect(claimSending({ ...RECORD, pending: [] }, 'one', NOW)).toBeUndefined();
    expect(claimSending(RECORD, 'one', NOW - 1)).toBeUndefined();
    expect(dueAlerts(RECORD, NOW)).toEqual([ALERT]);
  });
});

describe('settling', () => {
  const claimed = claimSending(RECORD, 'one', NOW)!;

  it('forgets what was sent, and gives the claim back', () => {
    const settled = settleSending(claimed, 'one', [{ id: ALERT.id, sent: true }], NOW);
    expect(settled).toEqual({ ...RECORD, pending: [] });
  });

  it('keeps what somebody wrote meanwhile, and the claim of another', () => {
    const news = { ...ALERT, id: 'another' };
    const sending = { token: 'two', until: NOW + SENDING_MS };
    const later = { ...claimed, sending, pending: [ALERT, news] };
    const settled = settleSending(later, 'one', [{ id: ALERT.id, sent: true }], NOW);
    expect(settled).toEqual({ ...later, pending: [news] });
  });

  it('keeps who has it already while others are asked again', () => {
    const refused = { id: ALERT.id, sent: false, reached: ['mail'] };
    const settled = settleSending(claimed, 'one', [refused], NOW);
    expect(settled.pending).toEqual([{ ...ALERT, tries: 1, nextTryAt: NOW + 60_000, reached: ['mail'] }]);
  });

  it('tries refused mail again for a day, less often each time, and then gives up', () => {
    const waits: number[] = [];
    let record = RECORD;
    let now = NOW;
    while (record.pending.length > 0) {
      const [alert] = record.pending;
      record = settleSending(record, 'one', [{ id: ALERT.id, sent: false }], now);
      const next = record.pending[0]?.nextTryAt;
      expect(next === undefined).toBe(isLastTry(alert!));
      if (next === undefined) break;
      waits.push((next - now) / 60_000);
      now = next;
    }
    expect(waits).toEqual([1, 5, 15, 60, 240, 480, 720]);
    expect(now - NOW).toBeGreaterThan(24 * 3_600_000);
  });
});
