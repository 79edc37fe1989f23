import { describe, expect, test } from 'vitest';
import { UNASSIGNED_PROJECT } from '../../../lambdas/domain/project.ts';
import { aCallRequest, anEvent, anId, aRejectedRequest, aRequestId, NOW } from '../../factories.ts';
import { anApi } from './api-under-test.ts';

describe('requests: what the publish queue refused', () => {
  test('are shown with the reason and the bytes as they came', async () => {
    const api = await anApi();
    const request = aRejectedRequest({ body: Buffer.from('{"type":7}') });
    await api.requests.putRequest(request);
    const list = await api.send('GET', '/v1/requests');
    const summary = {
      id: request.id,
      source: 'queue',
      message_id: request.messageId,
      source_id: null,
      verdict: 'rejected',
      reason: request.reason,
      detail: null,
      event_id: null,
      status: null,
      method: null,
      path: null,
      query: null,
      address: null,
      broker: null,
      errors: request.errors,
      truncated: false,
      received_at: new Date(NOW).toISOString(),
    };
    expect(list.json.data).toEqual([summary]);
    const one = await api.send('GET', `/v1/requests/${request.id}`);
    expect(one.json).toEqual({ ...summary, headers: null, body: '{"type":7}' });
  });

  test('bytes that are no text come in base64', async () => {
    const api = await anApi();
    await api.requests.putRequest(aRejectedRequest({ body: Buffer.from([0xff]) }));
    expect((await api.send('GET', `/v1/requests/${aRequestId()}`)).json).toMatchObject({
      body_base64: '/w==',
    });
  });

  test('a call to a source is shown with what it was answered, and found by source and verdict', async () => {
    const api = await anApi();
    const call = aCallRequest();
    await api.requests.putRequest(call);
    await api.requests.putRequest(aRejectedRequest({ id: aRequestId('other', NOW - 1) }));
    const one = await api.send('GET', `/v1/requests/${call.id}`);
    expect(one.json).toMatchObject({
      source: 'http',
      source_id: call.sourceId,
      reason: 'signature_mismatch',
      detail: call.detail,
      status: 401,
      path: '/orders',
      query: 'a=1',
      address: '198.51.100.7',
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    });
    const found = await api.send('GET', `/v1/requests?source_id=${call.sourceId}&verdict=rejected`);
    expect(found.json.data).toMatchObject([{ id: call.id }]);
    expect((await api.send('GET', '/v1/requests?verdict=accepted')).json.data).toEqual([]);
  });

  test('a call that became an event shows the event’s headers and body', async () => {
    const api = await anApi();
    const event = anEvent({
      source: 'inbound',
      inbound: {
        source: anId('src'),
        method: 'POST',
        path: '',
        query: '',
        headers: { 'x-github-event': 'push' },
        address: '198.51.100.7',
      },
    });
    await api.events.put(event);
    const nothing = { headers: {}, body: new Uint8Array() };
    const call = aCallRequest({ verdict: 'accepted', event: event.id, reason: '', ...nothing });
    await api.requests.putRequest(call);
    const body = event.body.at === 'inline' ? Buffer.from(event.body.bytes).toString() : '';
    expect((await api.send('GET', `/v1/requests/${call.id}`)).json).toMatchObject({
      event_id: event.id,
      headers: { 'x-github-event': 'push' },
      body,
    });
  });

  test('come in pages', async () => {
    const api = await anApi();
    const ids = [1, 2, 3].map((age) => aRequestId('r', NOW - age));
    for (const id of ids) await api.requests.putRequest(aRejectedRequest({ id }));
    const first = await api.send('GET', '/v1/requests?limit=2');
    const second = await api.send('GET', `/v1/requests?limit=2&cursor=${first.json.pagination.next}`);
    expect([...first.json.data, ...second.json.data].map(({ id }) => id)).toEqual(ids);
  });

  test('what names no project is for the operator alone', async () => {
    const api = await anApi();
    await api.requests.putRequest(aRejectedRequest({ project: UNASSIGNED_PROJECT }));
    const key = await api.keyFor({ id: anId('prj', 'operator'), operator: true }, ['read']);
    expect((await api.send('GET', '/v1/requests', { key })).json.data).toEqual([]);
    expect((await api.send('GET', '/v1/requests?unassigned=true', { key })).json.data).toHaveLength(1);
    expect((await api.send('GET', `/v1/requests/${aRequestId()}`, { key })).status).toBe(200);
    const refused = await api.send('GET', '/v1/requests?unassigned=true');
    expect(refused).toMatchObject({ status: 400, json: { errors: [{ field: 'unassigned' }] } });
    expect((await api.send('GET', `/v1/requests/${aRequestId()}`)).status).toBe(404);
  });
});
