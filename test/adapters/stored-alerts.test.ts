/** What lies in the state table of alerts, attribute by attribute: a contract with code deployed later. */
import { describe, expect, it } from 'vitest';
import { dynamoAlerts } from '../../lambdas/adapters/dynamodb/alerts.ts';
import { dynamoMailStatus } from '../../lambdas/adapters/dynamodb/mail-status.ts';
import { dynamoWakeLedger } from '../../lambdas/adapters/dynamodb/wakes.ts';
import { dynamoWebhookStatus } from '../../lambdas/adapters/dynamodb/webhook-status.ts';
import { ENDPOINT_ID, EVENT_ID, NOW, PROJECT_ID } from '../factories.ts';
import { TABLES } from './emulators.ts';
import { ownTables } from './stored.ts';

const DAY_SECONDS = 86_400;
/** Hours since 1970. */
const HOUR = NOW / 3_600_000;
const N = (value: number) => ({ N: String(value) });
const S = (value: string) => ({ S: value });

describe('stored alerts', () => {
  const { client, stored } = ownTables();
  const state = () => ({ client: client(), table: TABLES.state, token: () => 'W1234567' });

  it('what was told of an endpoint, and what is not sent yet', async () => {
    await dynamoAlerts(state()).saveAlertRecord({
      endpoint: ENDPOINT_ID,
      incident: { since: NOW - 9, toldAt: NOW - 8, lasts: true, recoveredAt: NOW - 7, flaps: 2 },
      warnedOf: NOW - 6,
      disabledAt: NOW - 5,
      digestedThrough: HOUR,
      pending: [
        {
          id: `${NOW}#opened`,
          stage: 'opened',
          at: NOW,
          since: NOW - 9,
          cause: 'tls_expired',
          lastSuccessAt: NOW - 10,
          disablesAt: NOW + 10,
          disabledReason: 'failing',
          url: 'https://receiver.example/hooks',
          tries: 1,
          nextTryAt: NOW + 60_000,
          reached: ['mail'],
        },
        {
          id: `${NOW}#exhausted`,
          stage: 'exhausted',
          at: NOW,
          since: NOW,
          exhausted: [{ event: EVENT_ID, type: 'invoice.paid', why: 'exhausted' }],
          exhaustedCount: 2,
          url: 'https://receiver.example/hooks',
          tries: 0,
          nextTryAt: NOW,
        },
      ],
      sending: { token: 'a-sender', until: NOW + 90_000 },
      version: 1,
    });
    expect(await stored(TABLES.state, `alert#${ENDPOINT_ID}`, 'told')).toEqual({
      pk: S(`alert#${ENDPOINT_ID}`),
      sk: S('told'),
      v: N(1),
      n: N(1),
      w: S('W1234567'),
      doc: {
        M: {
          incident: {
            M: {
              since: N(NOW - 9),
              toldAt: N(NOW - 8),
              lasts: { BOOL: true },
              recoveredAt: N(NOW - 7),
              flaps: N(2),
            },
          },
          warnedOf: N(NOW - 6),
          disabledAt: N(NOW - 5),
          digestedThrough: N(HOUR),
          pending: {
            L: [
              {
                M: {
                  id: S(`${NOW}#opened`),
                  stage: S('opened'),
                  at: N(NOW),
                  since: N(NOW - 9),
                  cause: S('tls_expired'),
                  lastSuccessAt: N(NOW - 10),
                  disablesAt: N(NOW + 10),
                  disabledReason: S('failing'),
                  url: S('https://receiver.example/hooks'),
                  tries: N(1),
                  nextTryAt: N(NOW + 60_000),
                  reached: { L: [S('mail')] },
                },
              },
              {
                M: {
                  id: S(`${NOW}#exhausted`),
                  stage: S('exhausted'),
                  at: N(NOW),
                  since: N(NOW),
                  exhausted: {
                    L: [{ M: { event: S(EVENT_ID), type: S('invoice.paid'), why: S('exhausted') } }],
                  },
                  exhaustedCount: N(2),
                  url: S('https://receiver.example/hooks'),
                  tries: N(0),
                  nextTryAt: N(NOW),
                },
              },
            ],
          },
          sending: { M: { token: S('a-sender'), until: N(NOW + 90_000) } },
        },
      },
      expires: N(NOW / 1000 + 90 * DAY_SECONDS),
    });
  });

  it('a delivery given up, under its hour', async () => {
    await dynamoAlerts(state()).noteExhausted(ENDPOINT_ID, HOUR, {
      event: EVENT_ID,
      type: 'invoice.paid',
      why: 'expired',
    });
    const sk = `gave-up#0${HOUR}#${EVENT_ID}`;
    expect(await stored(TABLES.state, `alert#${ENDPOINT_ID}`, sk)).toEqual({
      pk: S(`alert#${ENDPOINT_ID}`),
      sk: S(sk),
      v: N(1),
      type: S('invoice.paid'),
      why: S('expired'),
      expires: N(HOUR * 3600 + 7 * DAY_SECONDS),
    });
  });

  it('an endpoint to look at in a minute', async () => {
    const minute = NOW / 60_000;
    await dynamoWakeLedger(state(), 'review').note({ project: PROJECT_ID, endpoint: ENDPOINT_ID, minute });
    expect(await stored(TABLES.state, `review#${minute}`, ENDPOINT_ID)).toEqual({
      pk: S(`review#${minute}`),
      sk: S(ENDPOINT_ID),
      v: N(1),
      prj: S(PROJECT_ID),
      expires: N(NOW / 1000 + 7 * DAY_SECONDS),
    });
  });

  it('why mail is refused, and which webhook refuses', async () => {
    await dynamoMailStatus(state()).setMailProblem({
      at: NOW,
      recipient: 'mail-1',
      problem: 'Sending is paused.',
    });
    const problem = { at: NOW, webhook: 'slack-1', problem: 'It answered 404.' };
    await dynamoWebhookStatus(state()).setWebhookProblem(problem);
    const common = { v: N(1), at: N(NOW), expires: N(NOW / 1000 + 2 * DAY_SECONDS) };
    expect(await stored(TABLES.state, 'mail', 'problem')).toEqual({
      pk: S('mail'),
      sk: S('problem'),
      recipient: S('mail-1'),
      problem: S('Sending is paused.'),
      ...common,
    });
    expect(await stored(TABLES.state, 'alert-webhooks', 'problem')).toEqual({
      pk: S('alert-webhooks'),
      sk: S('problem'),
      webhook: S('slack-1'),
      problem: S('It answered 404.'),
      ...common,
    });
  });
});
