import { describe, expect, test } from 'vitest';
import { anApi, createdEndpoint } from './api-under-test.ts';

const URL = 'https://hooks.example.com/in';
const LIST = { strategy: 'list', delays_seconds: [5, 300, 1800] };
const LINEAR = { strategy: 'linear', interval_seconds: 60, max_attempts: 5 };
const EXPONENTIAL = {
  strategy: 'exponential',
  interval_seconds: 30,
  factor: 2.5,
  cap_seconds: 3600,
  max_attempts: 12,
  max_age_seconds: 86_400,
  statuses: ['500-599', '429', '!501'],
};

async function anEndpointWith(fields: object) {
  const api = await anApi();
  const { id } = await createdEndpoint(api, fields);
  const patch = (body: object) => api.send('PATCH', `/v1/endpoints/${id}`, { body });
  const read = async () => (await api.send('GET', `/v1/endpoints/${id}`)).json;
  return { patch, read };
}

describe('an endpoint’s retry policy', () => {
  test.each([
    ['a list', LIST],
    ['a constant delay', LINEAR],
    ['growing delays', EXPONENTIAL],
  ])('may be %s, and reads as it was written', async (_, retry) => {
    const endpoint = await anEndpointWith({ retry, retry_by_type: { 'invoice.*': LINEAR } });
    expect(await endpoint.read()).toMatchObject({ retry, retry_by_type: { 'invoice.*': LINEAR } });
  });

  test('shows the defaults that were left out', async () => {
    const endpoint = await anEndpointWith({ retry: { strategy: 'exponential', interval_seconds: 10 } });
    expect(await endpoint.read()).toMatchObject({
      retry: {
        strategy: 'exponential',
        interval_seconds: 10,
        factor: 2,
        cap_seconds: 604_800,
        max_attempts: 10,
      },
    });
  });

  test('is null where the project’s is meant', async () => {
    const endpoint = await anEndpointWith({});
    expect(await endpoint.read()).toMatchObject({ retry: null, retry_by_type: {} });
  });

  test('is replaced whole, and taken away by null', async () => {
    const endpoint = await anEndpointWith({ retry: EXPONENTIAL });
    await endpoint.patch({ retry: LINEAR });
    expect((await endpoint.read()) as object).toMatchObject({ retry: { ...LINEAR } });
    expect((await endpoint.read()) as object).not.toHaveProperty('retry.statuses');
    await endpoint.patch({ description: 'Main' });
    expect(await endpoint.read()).toMatchObject({ retry: LINEAR });
    await endpoint.patch({ retry: null });
    expect(await endpoint.read()).toMatchObject({ retry: null });
  });

  test('by type changes pattern by pattern', async () => {
    const endpoint = await anEndpointWith({ retry_by_type: { 'a.*': LIST, b: LINEAR } });
    await endpoint.patch({ retry_by_type: { b: null, c: EXPONENTIAL } });
    expect(await endpoint.read()).toMatchObject({ retry_by_type: { 'a.*': LIST, c: EXPONENTIAL } });
    expect(await endpoint.read()).not.toHaveProperty('retry_by_type.b');
    await endpoint.patch({ retry_by_type: null });
    expect(await endpoint.read()).toMatchObject({ retry_by_type: {} });
  });

  test.each([
    ['no strategy', { retry: {} }, 'retry.strategy', 'required'],
    ['another strategy', { retry: { strategy: 'random' } }, 'retry.strategy', 'not_allowed'],
    ['a list without delays', { retry: { strategy: 'list' } }, 'retry.delays_seconds', 'required'],
    [
      'an empty list',
      { retry: { strategy: 'list', delays_seconds: [] } },
      'retry.delays_seconds',
      'too_small',
    ],
    [
      'a list too long',
      { retry: { strategy: 'list', delays_seconds: Array(21).fill(1) } },
      'retry.delays_seconds',
      'too_big',
    ],
    [
      'a delay of nothing',
      { retry: { strategy: 'list', delays_seconds: [5, 0] } },
      'retry.delays_seconds[1]',
      'too_small',
    ],
    [
      'delays of more than 14 days',
      { retry: { strategy: 'list', delays_seconds: [604_800, 604_800, 1] } },
      'retry.delays_seconds',
      'too_long',
    ],
    [
      'attempts over more than 14 days',
      { retry: { ...LINEAR, interval_seconds: 86_400, max_attempts: 16 } },
      'retry.max_attempts',
      'too_long',
    ],
    ['a field of another strategy', { retry: { ...LINEAR, factor: 2 } }, 'retry.factor', 'not_allowed'],
    ['no interval', { retry: { strategy: 'exponential' } }, 'retry.interval_seconds', 'required'],
    ['a factor that shrinks', { retry: { ...EXPONENTIAL, factor: 0.5 } }, 'retry.factor', 'too_small'],
    [
      'a cap below the interval',
      { retry: { ...EXPONENTIAL, cap_seconds: 20 } },
      'retry.cap_seconds',
      'too_small',
    ],
    ['too many attempts', { retry: { ...LINEAR, max_attempts: 51 } }, 'retry.max_attempts', 'too_big'],
    ['no attempt', { retry: { ...LINEAR, max_attempts: 0 } }, 'retry.max_attempts', 'too_small'],
    ['an age too short', { retry: { ...LINEAR, max_age_seconds: 59 } }, 'retry.max_age_seconds', 'too_small'],
    [
      'a status that is none',
      { retry: { ...LINEAR, statuses: ['429', '5xx'] } },
      'retry.statuses[1]',
      'invalid',
    ],
    ['a text', { retry: 'never' }, 'retry', 'wrong_type'],
    ['a mistyped field', { retry: { ...LINEAR, max_attempt: 5 } }, 'retry.max_attempt', 'unknown_field'],
    [
      'a mistyped field of one type’s policy',
      { retry_by_type: { a: { ...LINEAR, intervall_seconds: 5 } } },
      'retry_by_type.a.intervall_seconds',
      'unknown_field',
    ],
    ['a pattern that is none', { retry_by_type: { 'a.*.b': LINEAR } }, 'retry_by_type.a.*.b', 'bad_format'],
    [
      'a wrong policy of one type',
      { retry_by_type: { 'a.*': { strategy: 'linear' } } },
      'retry_by_type.a.*.interval_seconds',
      'required',
    ],
    [
      'too many types',
      { retry_by_type: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`t${i}`, LINEAR])) },
      'retry_by_type',
      'too_big',
    ],
  ])('is refused with %s, when it is made and when it is changed', async (_, fields, field, code) => {
    const api = await anApi();
    const { id } = await createdEndpoint(api);
    for (const reply of [
      await api.send('POST', '/v1/endpoints', { body: { url: URL, ...fields } }),
      await api.send('PATCH', `/v1/endpoints/${id}`, { body: fields }),
    ]) {
      expect(reply.status).toBe(400);
      expect(reply.json.errors).toEqual([{ field, code, detail: expect.any(String) }]);
    }
  });

  test('suggests the field that was meant', async () => {
    const api = await anApi();
    const reply = await api.send('POST', '/v1/endpoints', {
      body: { url: URL, retry: { ...LINEAR, max_attempt: 5 } },
    });
    expect(reply.json.errors[0]?.detail).toBe('is not a field here; did you mean "max_attempts"?');
  });
});
