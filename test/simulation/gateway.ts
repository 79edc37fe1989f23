/** The gateway: its six functions, wired from the real flows and the real queue handler's frame as in `lambdas/handlers`. */

import type { SQSEvent } from 'aws-lambda';
import { inProcessTransformer } from '../../lambdas/adapters/jsonata/in-process.ts';
import { memoryMailStatus } from '../../lambdas/adapters/memory/mail.ts';
import { memoryWebhookStatus } from '../../lambdas/adapters/memory/webhook-status.ts';
import { DELIVER_TIMEOUT_SECONDS, FUNCTIONS } from '../../lambdas/contract/functions.ts';
import { parseAlertTask, parseDeliveryTask, parseWakeTask } from '../../lambdas/contract/parse-task.ts';
import { NO_OWN_PLACES } from '../../lambdas/domain/egress/url.ts';
import { createAlertNotices } from '../../lambdas/flow/alerts/alert-notices.ts';
import { type ReviewAlertsDeps, reviewBatch } from '../../lambdas/flow/alerts/review-alerts.ts';
import { publishUseCases } from '../../lambdas/flow/api/publish-events.ts';
import { type ApiDeps, apiUseCases } from '../../lambdas/flow/api/use-cases.ts';
import { createCachedConfig } from '../../lambdas/flow/deliver/cached-config.ts';
import { createCachedSubscriptions } from '../../lambdas/flow/deliver/cached-subscriptions.ts';
import { type DeliverDeps, deliverBatch } from '../../lambdas/flow/deliver/deliver.ts';
import { createKnownHealth } from '../../lambdas/flow/deliver/known-health.ts';
import { type IntakeQueueDeps, takeIn } from '../../lambdas/flow/publish/intake-queue.ts';
import { createMatcher } from '../../lambdas/flow/publish/match.ts';
import type { PublishDeps } from '../../lambdas/flow/publish/publish.ts';
import { createWakeArmer } from '../../lambdas/flow/waiting/arm-wake.ts';
import { type DrainDeps, drainBatch } from '../../lambdas/flow/waiting/drain.ts';
import type { SweepDeps } from '../../lambdas/flow/waiting/sweep.ts';
import { receivesOf, sqsBatch } from '../../lambdas/handlers/sqs-batch.ts';
import { takingMore } from '../../lambdas/handlers/take-more.ts';
import { createLambda, type LambdaModel } from './lambda-model.ts';
import { DELIVERY_VISIBILITY_MS, OTHER_TIMEOUT_SECONDS } from './limits.ts';
import { type Ports, portsOf } from './ports.ts';
import { startSweeper } from './sweeper-model.ts';
import type { World } from './world.ts';

export const REGION = 'eu-central-1';

export interface Gateway {
  readonly publish: LambdaModel<ReturnType<typeof publishUseCases>>;
  readonly api: LambdaModel<ReturnType<typeof apiUseCases>>;
}

/** Replaces what the flows see: how the tests of the tests plant a bug. */
export type Tamper = (ports: Ports, world: World) => Ports;

export function startGateway(world: World, tamper: Tamper = (ports) => ports): Gateway {
  const lambda = <D>(
    kind: keyof typeof FUNCTIONS,
    seconds: number,
    coldStart: (ports: Ports) => D,
  ): LambdaModel<D> =>
    createLambda(
      world,
      FUNCTIONS[kind],
      seconds * 1000,
      (process) => coldStart(tamper(portsOf(world, process), world)),
      world.lambdaRules,
    );
  const { queues, dice } = world;
  const concurrency = (): number => dice.between(1, 4);

  const intake = lambda('publishQueue', OTHER_TIMEOUT_SECONDS, (ports) => ({
    ...intakeDeps(ports),
    visibility: ports.visibility,
    incoming: ports.incoming,
  }));
  queues.publish.feed(
    (batch) => intake.run((deps) => intakeHandler(deps)(asRead(batch, deps))),
    concurrency(),
  );

  const deliver = lambda('deliver', DELIVER_TIMEOUT_SECONDS, (ports) => ({
    ...deliverDeps(ports),
    visibility: ports.visibility,
    source: ports.source,
    patience: ports.patience,
    incoming: ports.incoming,
  }));
  queues.delivery.feed(
    (batch) =>
      deliver.run(
        (deps) => deliverHandler(deps)(asRead(batch, deps)),
        (troubled, process) => {
          const taken = world.taken.get(process) ?? [];
          world.taken.delete(process);
          if (!troubled) return;
          for (const { body } of [...batch.Records, ...taken]) {
            const task = parseDeliveryTask(body);
            if (task !== undefined) world.history.addTrouble(task);
          }
        },
      ),
    concurrency(),
  );

  const drainer = lambda('drain', OTHER_TIMEOUT_SECONDS, (ports) => ({
    ...drainDeps(ports),
    visibility: ports.visibility,
    incoming: ports.incoming,
  }));
  queues.wake.feed((batch) => drainer.run((deps) => drainHandler(deps)(asRead(batch, deps))), concurrency());

  const alerter = lambda('alert', 30, (ports) => ({
    ...alertDeps(ports),
    visibility: ports.visibility,
    incoming: ports.incoming,
  }));
  queues.alert.feed(
    (batch) =>
      alerter.run(
        (deps) => alertHandler(deps)(asRead(batch, deps)),
        (troubled) => {
          if (!troubled) return;
          const { alertTroubles } = world;
          for (const { body } of batch.Records) {
            const endpoint = parseAlertTask(body)?.endpoint;
            if (endpoint === undefined) continue;
            alertTroubles.set(endpoint, (alertTroubles.get(endpoint) ?? 0) + 1);
          }
        },
      ),
    concurrency(),
  );

  startSweeper(world, world.stores.ledger, lambda('sweep', 60, sweepDeps));
  startSweeper(world, world.stores.reviews, lambda('sweep', 60, reviewSweepDeps));
  return {
    publish: lambda('publish', 29, (ports) => publishUseCases(publishDeps(ports))),
    api: lambda('api', 29, (ports) => apiUseCases(apiDeps(ports))),
  };
}

function asRead(batch: SQSEvent, { incoming }: Pick<Ports, 'incoming'>): SQSEvent {
  if (incoming === undefined) return batch;
  return { Records: batch.Records.map((record) => ({ ...record, body: incoming(record.body) })) };
}

function intakeHandler(deps: IntakeQueueDeps & { readonly visibility: Ports['visibility'] }) {
  return sqsBatch({
    read: (record) => ({
      id: record.messageId,
      body: record.body,
      attributes: {},
      receives: receivesOf(record),
      sentAt: Number(record.attributes.SentTimestamp),
    }),
    run: (messages) => takeIn(deps, messages),
    visibility: deps.visibility.publish,
    log: deps.log,
  });
}

function deliverHandler(deps: DeliverDeps & Pick<Ports, 'visibility' | 'source' | 'patience'>) {
  const deliver = sqsBatch({
    read: (record) => {
      const task = parseDeliveryTask(record.body);
      const firstReceivedAt = Number(record.attributes.ApproximateFirstReceiveTimestamp);
      return task && { id: record.messageId, task, receives: receivesOf(record), firstReceivedAt };
    },
    run: (messages) => deliverBatch(deps, messages),
    visibility: deps.visibility.delivery,
    log: deps.log,
  });
  return takingMore(deliver, deps);
}

function drainHandler(deps: DrainDeps & Pick<Ports, 'visibility'>) {
  return sqsBatch({
    read: (record) => {
      const task = parseWakeTask(record.body);
      return task && { id: record.messageId, task, receives: receivesOf(record) };
    },
    run: (messages) => drainBatch(deps, messages),
    visibility: deps.visibility.wake,
    log: deps.log,
  });
}

function alertHandler(deps: ReviewAlertsDeps & Pick<Ports, 'visibility'>) {
  return sqsBatch({
    read: (record) => {
      const task = parseAlertTask(record.body);
      return task && { id: record.messageId, task, receives: receivesOf(record) };
    },
    run: (messages) => reviewBatch(deps, messages),
    visibility: deps.visibility.alert,
    log: deps.log,
  });
}

function publishDeps(ports: Ports): PublishDeps {
  const { clock, ledger, timer, log } = ports;
  const wakes = createWakeArmer({ clock, ledger, timer, log });
  return { ...ports, region: REGION, matcher: createMatcher(ports.config, clock, ports.log), wakes };
}

function intakeDeps(ports: Ports): IntakeQueueDeps & Pick<Ports, 'log'> {
  return {
    ...publishDeps(ports),
    projects: ports.config,
    requests: ports.requests,
    routing: ports.config,
    chunks: ports.events,
    log: ports.log,
  };
}

function deliverDeps(ports: Ports): DeliverDeps {
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

function drainDeps(ports: Ports): DrainDeps {
  return { ...ports, endpoints: ports.config, notices: createAlertNotices(ports) };
}

function sweepDeps(ports: Ports): SweepDeps {
  return ports;
}

function reviewSweepDeps({ clock, reviews, alertQueue }: Ports): SweepDeps {
  return { clock, ledger: reviews, wakeQueue: { sendWakes: alertQueue.sendAlerts } };
}

function alertDeps(ports: Ports): ReviewAlertsDeps {
  return {
    ...ports,
    endpoints: ports.config,
    projects: ports.config,
    mailStatus: memoryMailStatus(),
    webhookStatus: memoryWebhookStatus(),
    endpointLink: 'https://hooks.example/endpoints/',
  };
}

function apiDeps(ports: Ports): ApiDeps {
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
