import { describe, expect, it } from 'vitest';
import { anApi, createdEndpoint } from './api-under-test.ts';

describe("who is mailed about an endpoint's failures", () => {
  it("are the project's people unless it names its own, or names nobody", async () => {
    const api = await anApi();
    expect(await createdEndpoint(api)).toMatchObject({ alert_emails: null });
    const own = { alert_emails: ['ops@example.com', 'o.n-call+hooks@mail.example.co.uk'] };
    expect(await createdEndpoint(api, own)).toMatchObject(own);
    expect(await createdEndpoint(api, { alert_emails: [] })).toMatchObject({ alert_emails: [] });
  });

  it('are changed by a patch, kept by one that does not name them, and taken away by null', async () => {
    const api = await anApi();
    const { id } = await createdEndpoint(api, { alert_emails: ['a@example.com'] });
    const patch = async (body: object) => (await api.send('PATCH', `/v1/endpoints/${id}`, { body })).json;
    expect(await patch({ description: 'x' })).toMatchObject({ alert_emails: ['a@example.com'] });
    expect(await patch({ alert_emails: [] })).toMatchObject({ alert_emails: [] });
    expect(await patch({ alert_emails: null })).toMatchObject({ alert_emails: null });
  });

  it.each([
    ['a name beside the address', ['Ops <ops@example.com>'], 'alert_emails[0]'],
    ['no host', ['ops'], 'alert_emails[0]'],
    ['a line break', ['a@example.com', 'b@example.com\r\nBcc: c@example.com'], 'alert_emails[1]'],
    ['two addresses in one', ['a@example.com,b@example.com'], 'alert_emails[0]'],
    ['six addresses', Array.from({ length: 6 }, (_, n) => `a${n}@example.com`), 'alert_emails'],
  ])('are refused with %s', async (_, alert_emails, field) => {
    const api = await anApi();
    const body = { url: 'https://receiver.example/hooks', alert_emails };
    const { status, json } = await api.send('POST', '/v1/endpoints', { body });
    expect(status).toBe(400);
    expect(json.errors.map((error) => error.field)).toEqual([field]);
  });
});
