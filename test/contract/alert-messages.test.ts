import { describe, expect, it } from 'vitest';
import { parseQueuedMessage } from '../../lambdas/contract/api/queued-message.ts';
import { queuedOwnEvent } from '../../lambdas/contract/own-event.ts';
import { parseAlertTask } from '../../lambdas/contract/parse-task.ts';
import { exhaustedEvent } from '../../lambdas/domain/operational-event.ts';
import { anEndpoint, ENDPOINT_ID, EVENT_ID, PROJECT_ID } from '../factories.ts';

const TASK = { v: 1, project: PROJECT_ID, endpoint: ENDPOINT_ID } as const;
const ONE = { event: EVENT_ID, type: 'invoice.paid', why: 'exhausted' } as const;

describe('an alert task', () => {
  it.each([[TASK], [{ ...TASK, minute: 29_000_000 }], [{ ...TASK, exhausted: [ONE] }]])(
    'is read back',
    (task) => {
      expect(parseAlertTask(JSON.stringify(task))).toEqual(task);
    },
  );

  it.each([
    ['not JSON', '{'],
    ['of another version', JSON.stringify({ ...TASK, v: 2 })],
    ['without an endpoint', JSON.stringify({ v: 1, project: PROJECT_ID })],
    ['with a broken minute', JSON.stringify({ ...TASK, minute: 'now' })],
    ['with a broken list', JSON.stringify({ ...TASK, exhausted: {} })],
    ['with a broken delivery', JSON.stringify({ ...TASK, exhausted: [{ ...ONE, event: 'x' }] })],
  ])('%s is none of ours', (_, text) => {
    expect(parseAlertTask(text)).toBeUndefined();
  });
});

it('an operational event is an event the publish queue takes', () => {
  const event = exhaustedEvent(ONE, anEndpoint({ owner: 'cus_1' }));
  expect(parseQueuedMessage(JSON.stringify(queuedOwnEvent(event)))).toMatchObject({
    ok: true,
    value: {
      kind: 'event',
      project: PROJECT_ID,
      command: { type: 'posthorn.delivery.exhausted', owner: 'cus_1', idempotencyKey: `q:${event.key}` },
    },
  });
});
