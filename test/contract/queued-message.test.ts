import { describe, expect, test } from 'vitest';
import { parseQueuedMessage } from '../../lambdas/contract/api/queued-message.ts';
import { EVENT_ID, PROJECT_ID } from '../factories.ts';

const VALID = { project_id: PROJECT_ID, type: 'invoice.paid', data: { id: 1 } };

describe('a message of the publish queue', () => {
  test('is the same JSON as over HTTP, and the project', () => {
    expect(
      parseQueuedMessage(`{"project_id":"${PROJECT_ID}","type":"a","data":1.0,"idempotency_key":"k"}`),
    ).toEqual({
      ok: true,
      value: {
        kind: 'event',
        project: PROJECT_ID,
        command: {
          type: 'a',
          contentType: 'application/json',
          headers: {},
          body: Buffer.from('1.0'),
          idempotencyKey: 'q:k',
        },
      },
    });
  });

  test('may say when it is delivered', () => {
    const parsed = parseQueuedMessage(JSON.stringify({ ...VALID, deliver_at: '2026-12-24T18:00:00+01:00' }));
    expect(parsed).toMatchObject({ value: { command: { deliverAt: Date.UTC(2026, 11, 24, 17) } } });
  });

  test.each([undefined, 'mine', 'posthorn.circuit.opened', 'posthorn.endpoint.disabled:ep_1:2'])(
    'is no operational event with the idempotency key %s',
    (idempotency_key) => {
      const parsed = parseQueuedMessage(
        JSON.stringify({ ...VALID, type: 'posthorn.circuit.opened', idempotency_key }),
      );
      expect(parsed).toMatchObject({ ok: false, failure: { errors: [{ field: 'type', code: 'reserved' }] } });
    },
  );

  test('may be a fan-out of ours', () => {
    const task = { v: 1, kind: 'fanout', project: PROJECT_ID, event: EVENT_ID, type: 'a', index: 0 };
    expect(parseQueuedMessage(JSON.stringify(task))).toEqual({ ok: true, value: { kind: 'fanout', task } });
  });

  test.each([{ cursor: 5 }, { index: -1 }, { index: 1e300 }])('is no fan-out of ours with %j', (change) => {
    const task = {
      v: 1,
      kind: 'fanout',
      project: PROJECT_ID,
      event: EVENT_ID,
      type: 'a',
      index: 0,
      ...change,
    };
    expect(parseQueuedMessage(JSON.stringify(task))).toMatchObject({
      ok: false,
      failure: { kind: 'invalid' },
    });
  });

  test.each([
    ['no project', { project_id: undefined }, 'project_id', 'required'],
    ['a project that is no id', { project_id: 'acme' }, 'project_id', 'invalid'],
    ['an unknown field', { projectid: 'x' }, 'projectid', 'unknown_field'],
    ['an idempotency key too long', { idempotency_key: 'k'.repeat(257) }, 'idempotency_key', 'too_big'],
    ['no type', { type: undefined }, 'type', 'required'],
    ['a reserved header', { headers: { host: 'x' } }, 'headers.host', 'reserved_header'],
  ])('is refused with %s', (_, change, field, code) => {
    const parsed = parseQueuedMessage(JSON.stringify({ ...VALID, ...change }));
    expect(parsed).toMatchObject({ ok: false, failure: { kind: 'invalid', errors: [{ field, code }] } });
  });

  test('a refusal names the project when the message did, so that its owner can see it', () => {
    expect(parseQueuedMessage(JSON.stringify({ ...VALID, type: 7 }))).toMatchObject({
      failure: { project: PROJECT_ID },
    });
    expect(parseQueuedMessage('{"type":"a"}')).not.toHaveProperty('failure.project');
    expect(parseQueuedMessage('not json')).toMatchObject({ failure: { kind: 'malformed_json' } });
    expect(parseQueuedMessage('null')).toMatchObject({ failure: { kind: 'invalid' } });
  });
});
