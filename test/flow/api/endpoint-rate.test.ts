import { describe, expect, it } from 'vitest';
import { anApi, createdEndpoint } from './api-under-test.ts';

const TEN_A_SECOND = { limit: 10, per: 'second' };

describe("an endpoint's rate limit", () => {
  it('is none unless it is set, and shown as it was set', async () => {
    const api = await anApi();
    expect(await createdEndpoint(api)).toMatchObject({ rate_limit: null });
    expect(await createdEndpoint(api, { rate_limit: TEN_A_SECOND })).toMatchObject({
      rate_limit: TEN_A_SECOND,
    });
  });

  it('is changed by a patch, kept by one that does not name it, and taken away by null', async () => {
    const api = await anApi();
    const { id } = await createdEndpoint(api, { rate_limit: TEN_A_SECOND });
    const patch = async (body: object) => (await api.send('PATCH', `/v1/endpoints/${id}`, { body })).json;
    expect(await patch({ description: 'slow' })).toMatchObject({ rate_limit: TEN_A_SECOND });
    expect(await patch({ rate_limit: { limit: 5, per: 'minute' } })).toMatchObject({
      rate_limit: { limit: 5, per: 'minute' },
    });
    expect(await patch({ rate_limit: null })).toMatchObject({ rate_limit: null });
  });

  it.each([
    ['no requests at all', { limit: 0, per: 'second' }, 'rate_limit.limit'],
    ['a period we do not know', { limit: 1, per: 'fortnight' }, 'rate_limit.per'],
  ])('refuses %s', async (_, rateLimit, field) => {
    const api = await anApi();
    const body = { url: 'https://hooks.example.com/in', rate_limit: rateLimit };
    const { status, json } = await api.send('POST', '/v1/endpoints', { body });
    expect(status).toBe(400);
    expect(json.errors).toMatchObject([{ field }]);
  });
});
