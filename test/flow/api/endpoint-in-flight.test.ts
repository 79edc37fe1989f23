import { describe, expect, it } from 'vitest';
import { anApi, createdEndpoint } from './api-under-test.ts';

describe('how many requests an endpoint takes at once', () => {
  it('is not limited unless it is said, and shown as it was said', async () => {
    const api = await anApi();
    expect(await createdEndpoint(api)).toMatchObject({ max_in_flight: null });
    expect(await createdEndpoint(api, { max_in_flight: 1000 })).toMatchObject({ max_in_flight: 1000 });
  });

  it('is changed by a patch, kept by one that does not name it, and taken away by null', async () => {
    const api = await anApi();
    const { id } = await createdEndpoint(api, { max_in_flight: 1 });
    const patch = async (body: object) => (await api.send('PATCH', `/v1/endpoints/${id}`, { body })).json;
    expect(await patch({ rate_limit: null })).toMatchObject({ max_in_flight: 1 });
    expect(await patch({ max_in_flight: 7 })).toMatchObject({ max_in_flight: 7 });
    expect(await patch({ max_in_flight: null })).toMatchObject({ max_in_flight: null });
  });

  it.each([0, 1001, 2.5, '3'])('can not be %s', async (maxInFlight) => {
    const api = await anApi();
    const body = { url: 'https://hooks.example.com/in', max_in_flight: maxInFlight };
    const { status, json } = await api.send('POST', '/v1/endpoints', { body });
    expect(status).toBe(400);
    expect(json.errors).toMatchObject([{ field: 'max_in_flight' }]);
  });
});
