/** Delivering: the queue of tasks and the function that calls receivers, from the fixed addresses. */
import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ENV } from '../lambdas/contract/env.ts';
import { DELIVER_TIMEOUT_SECONDS, FUNCTIONS } from '../lambdas/contract/functions.ts';
import { type FunctionContext, LambdaFunction } from './lambda-function.ts';
import type { Network } from './network.ts';
import { WorkQueue } from './work-queue.ts';

/** TLS handshakes and signatures of ten deliveries at once: CPU comes with memory. */
const DELIVER_MEMORY_MB = 512;

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
