/** Delivering: the queue of tasks and the function that calls receivers, from the fixed addresses. */
import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ENV } from '../lambdas/contract/env.ts';
import { DELIVER_TIMEOUT_SECONDS, FUNCTIONS } from '../lambdas/contract/functions.ts';
import { type FunctionContext, LambdaFunction } from './lambda-function.ts';
import type { Network } from './network.ts';
import { WorkQueue } from './work-queue.ts';

/**
 * A batch mostly waits for receivers, and memory is billed while it waits: twice as much costs 0.07 USD more per million
 * and saves 50 ms of handshakes and signatures. Ten bodies of 1 MiB fit with room.
 */
const DELIVER_MEMORY_MB = 256;

export interface DeliveryLaneProps extends FunctionContext {
  readonly network: Network;
}

export class DeliveryLane extends Construct {
  /** Senders name the endpoint as message group: SQS then keeps one busy endpoint from delaying the others. */
  readonly queue: WorkQueue;
  readonly deliver: LambdaFunction;

  constructor(scope: Construct, id: string, { network, ...context }: DeliveryLaneProps) {
    super(scope, id);
    const timeout = Duration.seconds(DELIVER_TIMEOUT_SECONDS);
    this.queue = new WorkQueue(this, 'Deliveries', { timeout, urlEnv: ENV.deliveryQueueUrl });
    this.deliver = new LambdaFunction(this, 'Deliver', {
      ...context,
      name: FUNCTIONS.deliver,
      description: 'Sends events to receivers',
      timeout,
      memoryMb: DELIVER_MEMORY_MB,
      ...(network.forDeliveries !== undefined && { network: network.forDeliveries }),
    });
    this.queue.feed(this.deliver, context.settings.deliverConcurrency);
    this.deliver.provide({ [ENV.deliveryVisibilitySeconds]: String(this.queue.visibility.toSeconds()) });
  }
}
