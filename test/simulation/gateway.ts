/** The gateway: its functions, with the real flows in the real queue handler's frame as in `lambdas/handlers`. */

import type { SQSEvent } from 'aws-lambda';
import { DELIVER_TIMEOUT_SECONDS, FUNCTIONS } from '../../lambdas/contract/functions.ts';
import { parseAlertTask, parseDeliveryTask, parseWakeTask } from '../../lambdas/contract/parse-task.ts';
import { type ReviewAlertsDeps, reviewBatch } from '../../lambdas/flow/alerts/review-alerts.ts';
import { publishUseCases } from '../../lambdas/flow/api/publish-events.ts';
import { apiUseCases } from '../../lambdas/flow/api/use-cases.ts';
import { type DeliverDeps, deliverBatch } from '../../lambdas/flow/deliver/deliver.ts';
import { type IntakeQueueDeps, takeIn } from '../../lambdas/flow/publish/intake-queue.ts';
import { type DrainDeps, drainBatch } from '../../lambdas/flow/waiting/drain.ts';
import { receivesOf, sqsBatch } from '../../lambdas/handlers/sqs-batch.ts';
import { takingMore } from '../../lambdas/handlers/take-more.ts';
import type { Clock } from '../../lambdas/ports/clock.ts';
import { createLambda, type LambdaModel } from './lambda-model.ts';
import { OTHER_TIMEOUT_SECONDS } from './limits.ts';
import { type Ports, portsOf } from './ports.ts';
import { startSweeper } from './sweeper-model.ts';
import {
  alertDeps,
  apiDeps,
  deliverDeps,
  drainDeps,
  intakeDeps,
  publishDeps,
  reviewSweepDeps,
  sweepDeps,
} from './wiring.ts';
import type { World } from './world.ts';

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
        (deps) => deliverHandler(deps, world.time)(asRead(batch, deps)),
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

function deliverHandler(
  deps: DeliverDeps & Pick<Ports, 'visibility' | 'source' | 'patience'>,
  stopwatch: Clock,
) {
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
  return takingMore(deliver, { ...deps, stopwatch });
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
