/** The gateway: its six functions, wired from the real flows and the real queue handler's frame as in `lambdas/handlers`. */
import { DELIVER_TIMEOUT_SECONDS, FUNCTIONS } from '../../lambdas/contract/functions.ts';
import { parseDeliveryTask, parseWakeTask } from '../../lambdas/contract/parse-task.ts';
import { NO_OWN_PLACES } from '../../lambdas/domain/url.ts';
import { publishUseCases } from '../../lambdas/flow/api/publish-events.ts';
import { type ApiDeps, apiUseCases } from '../../lambdas/flow/api/use-cases.ts';
import { createWakeArmer } from '../../lambdas/flow/arm-wake.ts';
import { createCachedConfig } from '../../lambdas/flow/cached-config.ts';
import { type DeliverDeps, deliverBatch } from '../../lambdas/flow/deliver.ts';
import { type DrainDeps, drainBatch } from '../../lambdas/flow/drain.ts';
import { type IntakeQueueDeps, takeIn } from '../../lambdas/flow/intake-queue.ts';
import { createMatcher } from '../../lambdas/flow/match.ts';
import type { PublishDeps } from '../../lambdas/flow/publish.ts';
import type { SweepDeps } from '../../lambdas/flow/sweep.ts';
import { receivesOf, sqsBatch } from '../../lambdas/handlers/sqs-batch.ts';
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
    createLambda(world, FUNCTIONS[kind], seconds * 1000, (process) =>
      coldStart(tamper(portsOf(world, process), world)),
    );
  const { queues, dice } = world;
  const concurrency = (): number => dice.between(1, 4);

  const intake = lambda('publishQueue', OTHER_TIMEOUT_SECONDS, (ports) => ({
    ...intakeDeps(ports),
    visibility: ports.visibility,
  }));
  queues.publish.feed((batch) => intake.run((deps) => intakeHandler(deps)(batch)), concurrency());

  const deliver = lambda('deliver', DELIVER_TIMEOUT_SECONDS, (ports) => ({
    ...deliverDeps(ports),
    visibility: ports.visibility,
  }));
  queues.delivery.feed(
    (batch) =>
      deliver.run(
        (deps) => deliverHandler(deps)(batch),
        (troubled) => {
          if (!troubled) return;
          for (const { body } of batch.Records) world.history.addTrouble(parseDeliveryTask(body)!);
        },
      ),
    concurrency(),
  );

  const drainer = lambda('drain', OTHER_TIMEOUT_SECONDS, (ports) => ({
    ...drainDeps(ports),
    visibility: ports.visibility,
  }));
  queues.wake.feed((batch) => drainer.run((deps) => drainHandler(deps)(batch)), concurrency());

  startSweeper(world, lambda('sweep', 60, sweepDeps));
  return {
    publish: lambda('publish', 29, (ports) => publishUseCases(publishDeps(ports))),
    api: lambda('api', 29, (ports) => apiUseCases(apiDeps(ports))),
  };
}

function intakeHandler(deps: IntakeQueueDeps & { readonly visibility: Ports['visibility'] }) {
  return sqsBatch({
    read: (record) => ({
      id: record.messageId,
      body: record.body,
      receives: receivesOf(record),
      sentAt: Number(record.attributes.SentTimestamp),
    }),
    run: (messages) => takeIn(deps, messages),
    visibility: deps.visibility.publish,
    log: deps.log,
  });
}

function deliverHandler(deps: DeliverDeps & { readonly visibility: Ports['visibility'] }) {
  return sqsBatch({
    read: (record) => {
      const task = parseDeliveryTask(record.body);
      const firstReceivedAt = Number(record.attributes.ApproximateFirstReceiveTimestamp);
      return task && { id: record.messageId, task, receives: receivesOf(record), firstReceivedAt };
    },
    run: (messages) => deliverBatch(deps, messages),
    visibility: deps.visibility.delivery,
    log: deps.log,
  });
}

function drainHandler(deps: DrainDeps & Pick<Ports, 'visibility' | 'log'>) {
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

function publishDeps(ports: Ports): PublishDeps {
  return { ...ports, region: REGION, matcher: createMatcher(ports.config, ports.clock) };
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
    wakes: createWakeArmer({ clock, ledger, timer, log }),
    visibilityTimeoutMs: DELIVERY_VISIBILITY_MS,
  };
}

function drainDeps(ports: Ports): DrainDeps & Pick<Ports, 'log'> {
  return ports;
}

function sweepDeps(ports: Ports): SweepDeps {
  return ports;
}

function apiDeps(ports: Ports): ApiDeps {
  return {
    ...ports,
    region: REGION,
    endpoints: ports.config,
    subscriptions: ports.config,
    own: NO_OWN_PLACES,
    chunks: ports.events,
    lister: ports.deliveries,
    responses: ports.deliveries,
    requests: ports.requests,
    ledger: ports.ledger,
    wakeQueue: ports.wakeQueue,
    retentionDays: 30,
    egressIps: [],
  };
}
