/** One source over memory adapters: calls go in, and what came of them can be asked for. */
import { memoryBodies } from '../../../lambdas/adapters/memory/bodies.ts';
import { memoryClock } from '../../../lambdas/adapters/memory/clock.ts';
import { memoryConfig } from '../../../lambdas/adapters/memory/config.ts';
import { memoryDeliveries } from '../../../lambdas/adapters/memory/deliveries.ts';
import { memoryEvents } from '../../../lambdas/adapters/memory/events.ts';
import { memoryIdempotency } from '../../../lambdas/adapters/memory/idempotency.ts';
import { memoryLog } from '../../../lambdas/adapters/memory/log.ts';
import { memoryQueues } from '../../../lambdas/adapters/memory/queues.ts';
import { seededRandom } from '../../../lambdas/adapters/memory/random.ts';
import { memoryRequests } from '../../../lambdas/adapters/memory/requests.ts';
import { memoryWakeLedger, memoryWakeTimer } from '../../../lambdas/adapters/memory/wakes.ts';
import type { ReceivedCall } from '../../../lambdas/domain/inbound/received-call.ts';
import type { CallRequest } from '../../../lambdas/domain/request.ts';
import type { Source } from '../../../lambdas/domain/source.ts';
import { createCachedSources } from '../../../lambdas/flow/inbound/cached-sources.ts';
import { createCallAllowance } from '../../../lambdas/flow/inbound/call-allowance.ts';
import { type ReceiveDeps, receive } from '../../../lambdas/flow/inbound/receive.ts';
import { createMatcher } from '../../../lambdas/flow/publish/match.ts';
import { createWakeArmer } from '../../../lambdas/flow/waiting/arm-wake.ts';
import { aProject, aSource, aSubscription, HOME, NOW, PROJECT_ID } from '../../factories.ts';

export function aCall(
  over: Partial<Omit<ReceivedCall, 'headers'>> & { headers?: Record<string, string> } = {},
) {
  const { headers = {}, ...rest } = over;
  const call: ReceivedCall = {
    method: 'POST',
    url: 'https://gw.example/in/src',
    path: '',
    query: '',
    body: Buffer.from('{"a":1}'),
    address: '198.51.100.7',
    ...rest,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
  };
  return call;
}

/** `faults` replace parts of what the flow stands on. */
export async function aDoor(over: Partial<Source> = {}, faults: Partial<ReceiveDeps> = {}) {
  const clock = memoryClock(NOW);
  const config = memoryConfig();
  const events = memoryEvents();
  const deliveries = memoryDeliveries();
  const queues = memoryQueues();
  const requests = memoryRequests();
  const log = memoryLog();
  const fetched: string[] = [];
  await config.createProject(aProject());
  const source = aSource(over);
  await config.createSource(source);
  await config.putSubscription(aSubscription({ eventTypes: ['*'] }));
  const deps: ReceiveDeps = {
    clock,
    log,
    random: seededRandom(1),
    region: HOME.region,
    sources: createCachedSources(config, clock),
    keys: { keysAt: async () => undefined },
    allowance: createCallAllowance(log),
    http: {
      async get({ url }) {
        fetched.push(url);
        const response = { headers: {}, body: new Uint8Array(), truncated: false };
        return { kind: 'response', statusCode: 200, response, durationMs: 1, phases: {} };
      },
    },
    requests,
    matcher: createMatcher(config, clock, log),
    events,
    bodies: memoryBodies(),
    deliveries,
    wakes: createWakeArmer({ clock, log, ledger: memoryWakeLedger(), timer: memoryWakeTimer() }),
    idempotency: memoryIdempotency(),
    deliveryQueue: queues,
    fanoutQueue: queues,
    ...faults,
  };
  return {
    source,
    clock,
    config,
    events,
    queues,
    log,
    fetched,
    call: (call: Parameters<typeof aCall>[0] = {}, id = source.id) => receive(deps, id, aCall(call)),
    async kept(): Promise<readonly CallRequest[]> {
      const window = { from: 0, to: clock.now() + 1 };
      const page = await requests.requests({
        project: PROJECT_ID,
        ...HOME,
        window,
        limit: 100,
        budget: 1000,
      });
      return page.items.flatMap((request) => (request.source === 'http' ? [request] : []));
    },
  };
}
