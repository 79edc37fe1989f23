import { describe, expect, it } from 'vitest';
import type { Alert } from '../../lambdas/domain/alerts/record.ts';
import { exhaustedEvent, operationalEvents } from '../../lambdas/domain/operational-event.ts';
import { matchEndpoints } from '../../lambdas/domain/routing.ts';
import { anEndpoint, aSubscription, ENDPOINT_ID, EVENT_ID, NOW, PROJECT_ID } from '../factories.ts';

const ALERT: Alert = {
  id: `${NOW}#opened`,
  stage: 'opened',
  at: NOW + 900,
  since: NOW,
  cause: 'connection_refused',
  url: 'https://receiver.example/hooks',
  tries: 0,
  nextTryAt: NOW,
};

describe('operational events', () => {
  it('tell what the mail tells, to machines', () => {
    expect(operationalEvents(ALERT, anEndpoint({ owner: 'cus_1' }))).toEqual([
      {
        project: PROJECT_ID,
        owner: 'cus_1',
        type: 'posthorn.circuit.opened',
        key: `posthorn.circuit.opened:${ENDPOINT_ID}:${NOW}#opened`,
        data: {
          endpoint_id: ENDPOINT_ID,
          owner_id: 'cus_1',
          url: 'https://receiver.example/hooks',
          since: '2026-11-23T12:00:00.000Z',
          reason: {
            code: 'connection_refused',
            sentence: 'Nothing listens on that port. Start the server, or correct the port.',
          },
          last_success_at: null,
        },
      },
    ]);
  });

  it.each([
    ['still_failing', 'posthorn.endpoint.still_failing'],
    ['disabling_soon', 'posthorn.endpoint.disabling_soon'],
    ['disabled', 'posthorn.endpoint.disabled'],
    ['recovered', 'posthorn.circuit.closed'],
  ] as const)('%s is %s', (stage, type) => {
    expect(operationalEvents({ ...ALERT, stage }, anEndpoint()).map((event) => event.type)).toEqual([type]);
  });

  it('name each delivery given up, equally from the notice and from the digest', () => {
    const one = { event: EVENT_ID, type: 'invoice.paid', why: 'exhausted' } as const;
    const digest = operationalEvents({ ...ALERT, stage: 'exhausted', exhausted: [one] }, anEndpoint());
    expect(digest).toEqual([exhaustedEvent(one, anEndpoint({ url: 'https://moved.example' }))]);
    expect(digest[0]).toMatchObject({
      type: 'posthorn.delivery.exhausted',
      data: { event_id: EVENT_ID, event_type: 'invoice.paid', stop_reason: 'exhausted' },
    });
  });

  it('reach only those who asked for them by name', () => {
    const to = (pattern: string) =>
      matchEndpoints([aSubscription({ eventTypes: [pattern] })], { type: 'posthorn.circuit.opened' }, {});
    expect(to('*')).toEqual([]);
    expect(to('posthorn.*')).toEqual([ENDPOINT_ID]);
    expect(to('posthorn.circuit.opened')).toEqual([ENDPOINT_ID]);
    expect(to('invoice.*')).toEqual([]);
  });
});
