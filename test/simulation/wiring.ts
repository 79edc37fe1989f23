/** What each function stands on, from the ports of its process. */
import { inProcessTransformer } from '../../lambdas/adapters/jsonata/in-process.ts';
import { memoryMailStatus } from '../../lambdas/adapters/memory/mail.ts';
import { memoryWebhookStatus } from '../../lambdas/adapters/memory/webhook-status.ts';
import { NO_OWN_PLACES } from '../../lambdas/domain/egress/url.ts';
import { createAlertNotices } from '../../lambdas/flow/alerts/alert-notices.ts';
import type { ReviewAlertsDeps } from '../../lambdas/flow/alerts/review-alerts.ts';
import type { ApiDeps } from '../../lambdas/flow/api/use-cases.ts';
import { createCachedConfig } from '../../lambdas/flow/deliver/cached-config.ts';
import { createCachedSubscriptions } from '../../lambdas/flow/deliver/cached-subscriptions.ts';
import type { DeliverDeps } from '../../lambdas/flow/deliver/deliver.ts';
import { createKnownHealth } from '../../lambdas/flow/deliver/known-health.ts';
import type { IntakeQueueDeps } from '../../lambdas/flow/publish/intake-queue.ts';
import { createMatcher } from '../../lambdas/flow/publish/match.ts';
import type { PublishDeps } from '../../lambdas/flow/publish/publish.ts';
import { createWakeArmer } from '../../lambdas/flow/waiting/arm-wake.ts';
import type { DrainDeps } from '../../lambdas/flow/waiting/drain.ts';
import type { SweepDeps } from '../../lambdas/flow/waiting/sweep.ts';
import { DELIVERY_VISIBILITY_MS } from './limits.ts';
import type { Ports } from './ports.ts';

export const REGION = 'eu-central-1';

export function publishDeps(ports: Ports): PublishDeps {
  const { clock, ledger, timer, log } = ports;
  const wakes = createWakeArmer({ clock, ledger, timer, log });
  return { ...ports, region: REGION, matcher: createMatcher(ports.config, clock, ports.log), wakes };
}

export function intakeDeps(ports: Ports): IntakeQueueDeps & Pick<Ports, 'log'> {
  return {
    ...publishDeps(ports),
    projects: ports.config,
    requests: ports.requests,
    routing: ports.config,
    chunks: ports.events,
    log: ports.log,
  };
}

export function deliverDeps(ports: Ports): DeliverDeps {
  const { clock, ledger, timer, log } = ports;
  return {
    ...ports,
    responses: ports.deliveries,
    endpoints: ports.config,
    config: createCachedConfig(ports.config, clock),
    rewriting: {
      subscriptions: createCachedSubscriptions(ports.config, clock),
      transformer: inProcessTransformer(),
    },
    knownHealth: createKnownHealth(ports),
    wakes: createWakeArmer({ clock, ledger, timer, log }),
    notices: createAlertNotices(ports),
    visibilityTimeoutMs: DELIVERY_VISIBILITY_MS,
  };
}

export function drainDeps(ports: Ports): DrainDeps {
  return { ...ports, endpoints: ports.config, notices: createAlertNotices(ports) };
}

export function sweepDeps(ports: Ports): SweepDeps {
  return ports;
}

export function reviewSweepDeps({ clock, reviews, alertQueue }: Ports): SweepDeps {
  return { clock, ledger: reviews, wakeQueue: { sendWakes: alertQueue.sendAlerts } };
}

export function alertDeps(ports: Ports): ReviewAlertsDeps {
  return {
    ...ports,
    endpoints: ports.config,
    projects: ports.config,
    mailStatus: memoryMailStatus(),
    webhookStatus: memoryWebhookStatus(),
    endpointLink: 'https://hooks.example/endpoints/',
  };
}

export function apiDeps(ports: Ports): ApiDeps {
  return {
    ...ports,
    region: REGION,
    endpoints: ports.config,
    subscriptions: ports.config,
    sources: ports.config,
    inboundUrl: 'https://hooks.example/in',
    own: NO_OWN_PLACES,
    transformer: inProcessTransformer(),
    destinationAccess: { region: REGION, destinations: [], roles: [] },
    assumeRole: () => Promise.reject(new Error('no role here')),
    chunks: ports.events,
    lister: ports.deliveries,
    responses: ports.deliveries,
    notices: createAlertNotices(ports),
    retentionDays: 30,
    egressIps: [],
  };
}
