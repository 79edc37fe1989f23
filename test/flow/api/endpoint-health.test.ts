import { describe, expect, it } from 'vitest';
import type { DeliveryState } from '../../../lambdas/domain/delivery/delivery.ts';
import { CLOSED } from '../../../lambdas/domain/health/circuit.ts';
import { startRamp } from '../../../lambdas/domain/health/ramp.ts';
import { aDelivery, anEventId, NOW } from '../../factories.ts';
import { type Api, anApi, createdEndpoint } from './api-under-test.ts';

const OUTAGE = { since: NOW - 60_000, trips: 2, cause: 'tls_expired' } as const;

async function withOpenCircuit(api: Api): Promise<string> {
  const { id } = await createdEndpoint(api);
  await api.health.save({
    endpoint: id,
    circuit: { state: 'open', outage: OUTAGE, probeAt: NOW + 20_000 },
    failingSince: NOW - 90_000,
    lastFailure: { at: NOW, error: 'tls_expired' },
    version: 1,
  });
  return id;
}

describe('the health of an endpoint', () => {
  it('is closed and knows nothing of one that never failed', async () => {
    const api = await anApi();
    const { id } = await createdEndpoint(api);
    const { json } = await api.send('GET', `/v1/endpoints/${id}`);
    expect(json).toMatchObject({
      health: { state: 'closed', since: null, cause: null, next_probe_at: null, failing_since: null },
    });
  });

  it('says since when it is open, why, and when the next delivery is let through', async () => {
    const api = await anApi();
    const id = await withOpenCircuit(api);
    const { json } = await api.send('GET', `/v1/endpoints/${id}`);
    expect(json).toMatchObject({
      health: {
        state: 'open',
        since: new Date(OUTAGE.since).toISOString(),
        cause: { code: 'tls_expired', sentence: expect.stringMatching(/certificate/i) },
        next_probe_at: new Date(NOW + 20_000).toISOString(),
        failing_since: new Date(NOW - 90_000).toISOString(),
        last_failure_at: new Date(NOW).toISOString(),
      },
    });
  });

  it('counts what waits for it, held or due later, up to a thousand', async () => {
    const api = await anApi();
    const { id } = await createdEndpoint(api);
    const waitingOf = async () => {
      const { json } = await api.send('GET', `/v1/endpoints/${id}`);
      return (json as unknown as { health: { waiting: unknown } }).health.waiting;
    };
    expect(await waitingOf()).toEqual({ count: 0, more: false });
    const save = (name: string, state: DeliveryState) =>
      api.deliveries.save(aDelivery({ endpoint: id, event: anEventId(name), state }));
    await save('held', { status: 'held', why: 'circuit_open' });
    await save('later', { status: 'waiting', where: 'backlog', dueAt: NOW + 60_000 });
    await save('done', { status: 'succeeded' });
    expect(await waitingOf()).toEqual({ count: 2, more: false });
    for (let n = 0; n < 999; n++) await save(`held ${n}`, { status: 'held', why: 'circuit_open' });
    expect(await waitingOf()).toEqual({ count: 1000, more: true });
  });

  it.each([
    ['half_open', { state: 'half_open', outage: OUTAGE, probe: { token: 't', until: NOW + 9 } }],
    ['recovering', { ...CLOSED, ramp: startRamp(NOW, OUTAGE) }],
  ] as const)('shows that it is %s', async (state, circuit) => {
    const api = await anApi();
    const { id } = await createdEndpoint(api);
    await api.health.save({ endpoint: id, circuit, version: 1 });
    const { json } = await api.send('GET', `/v1/endpoints/${id}`);
    expect(json).toMatchObject({ health: { state, since: new Date(OUTAGE.since).toISOString() } });
  });

  it.each(['reset_circuit', 'enable'])(
    '%s closes the circuit, wakes the backlog and starts slowly',
    async (action) => {
      const api = await anApi();
      const id = await withOpenCircuit(api);
      expect((await api.send('POST', `/v1/endpoints/${id}/${action}`)).status).toBe(200);
      const { json } = await api.send('GET', `/v1/endpoints/${id}`);
      expect(json).toMatchObject({ health: { state: 'recovering', failing_since: null } });
      expect(api.queues.wakes.map(({ task }) => task)).toContainEqual(
        expect.objectContaining({ endpoint: id, recovery: true }),
      );
    },
  );

  it('another URL closes the circuit and starts slowly: what failed was another receiver', async () => {
    const api = await anApi();
    const id = await withOpenCircuit(api);
    const patch = (body: object) => api.send('PATCH', `/v1/endpoints/${id}`, { body });
    expect((await patch({ description: 'Billing' })).status).toBe(200);
    expect((await api.health.get(id))?.circuit.state).toBe('open');
    expect((await patch({ url: 'https://other.example.com/hooks' })).status).toBe(200);
    const { json } = await api.send('GET', `/v1/endpoints/${id}`);
    expect(json).toMatchObject({ health: { state: 'recovering', failing_since: null } });
    expect(api.queues.wakes.map(({ task }) => task)).toContainEqual(
      expect.objectContaining({ endpoint: id, recovery: true }),
    );
  });

  it('the URL it has, given again with other settings, forgets nothing: it is the same receiver', async () => {
    const api = await anApi();
    const id = await withOpenCircuit(api);
    const before = await api.health.get(id);
    const { json } = await api.send('GET', `/v1/endpoints/${id}`);
    const { url } = json as unknown as { url: string };
    const body = { url, description: 'Billing' };
    expect((await api.send('PATCH', `/v1/endpoints/${id}`, { body })).status).toBe(200);
    expect(await api.health.get(id)).toEqual(before);
  });

  it('resuming a paused one does not forget that it failed', async () => {
    const api = await anApi();
    const id = await withOpenCircuit(api);
    await api.send('POST', `/v1/endpoints/${id}/pause`);
    await api.send('POST', `/v1/endpoints/${id}/resume`);
    expect((await api.health.get(id))?.circuit.state).toBe('open');
  });

  it('resuming one counts its days of failure anew', async () => {
    const api = await anApi();
    const { id } = await createdEndpoint(api);
    const failing = { ms: 4 * 86_400_000, warnAt: NOW };
    await api.health.save({ endpoint: id, circuit: CLOSED, failingSince: NOW, failing, version: 1 });
    await api.send('POST', `/v1/endpoints/${id}/pause`);
    expect((await api.health.get(id))?.failing).toEqual(failing);
    await api.send('POST', `/v1/endpoints/${id}/resume`);
    expect(await api.health.get(id)).toMatchObject({ failingSince: NOW, version: 2 });
    expect((await api.health.get(id))?.failing).toBeUndefined();
  });

  it('resetting one that is well changes nothing', async () => {
    const api = await anApi();
    const { id } = await createdEndpoint(api);
    expect((await api.send('POST', `/v1/endpoints/${id}/reset_circuit`)).status).toBe(200);
    expect(await api.health.get(id)).toBeUndefined();
  });

  it('deleting an endpoint wakes it afterwards, so that what waits is canceled', async () => {
    const api = await anApi();
    const { id } = await createdEndpoint(api);
    expect((await api.send('DELETE', `/v1/endpoints/${id}`)).status).toBe(204);
    expect(api.queues.wakes).toEqual([
      { task: expect.objectContaining({ endpoint: id, release: true }), delayMs: 60_000 },
    ]);
  });
});
