/** The whole gateway: its capabilities, and who may do what to which of them. */
import { CfnOutput, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ENV } from '../lambdas/contract/env.ts';
import { Alarms } from './alarms.ts';
import { OwnerAlerts } from './alerts.ts';
import { Brokers } from './brokers.ts';
import { DeliveryLane } from './delivery-lane.ts';
import { grantSendToDestinations, tellDestinations } from './destinations.ts';
import { Intake } from './intake.ts';
import type { FunctionContext, LambdaFunction } from './lambda-function.ts';
import { Network } from './network.ts';
import { Storage } from './storage.ts';
import { Sweeper } from './sweeper.ts';
import { Wakes } from './wakes.ts';

export class GatewayStack extends Stack {
  /** The publish queue is public here, so that an app that holds this stack can grant it to others. */
  readonly intake: Intake;
  readonly #storage: Storage;
  readonly #network: Network;
  readonly #lane: DeliveryLane;
  readonly #wakes: Wakes;
  readonly #sweeper: Sweeper;
  readonly #alerts: OwnerAlerts;
  readonly #brokers: Brokers | undefined;

  constructor(scope: Construct, id: string, context: FunctionContext, props?: StackProps) {
    super(scope, id, { stackName: context.settings.name, description: 'Posthorn webhook gateway', ...props });
    this.#storage = new Storage(this, 'Storage', context.settings);
    this.#network = new Network(this, 'Network', context.settings);
    this.#lane = new DeliveryLane(this, 'DeliveryLane', { ...context, network: this.#network });
    this.#wakes = new Wakes(this, 'Wakes', context);
    this.#sweeper = new Sweeper(this, 'Sweeper', context);
    this.intake = new Intake(this, 'Intake', context);
    this.#alerts = new OwnerAlerts(this, 'OwnerAlerts', { ...context, apiUrl: this.intake.http.url });
    // An ordinary deployment has none, and nothing is made for it.
    this.#brokers = context.settings.brokers.length > 0 ? new Brokers(this, 'Brokers', context) : undefined;
    this.#letIntakeWork();
    this.#letDeliveriesWork();
    this.#letWakesWork();
    this.#letAlertsWork();
    grantSendToDestinations(this.#lane.deliver, context.settings);
    tellDestinations(this.intake.api, context.settings);
    const alarms = this.#alarms(context);
    this.#outputs(alarms);
  }

  /** A template for any account and region: zones are picked while deploying, and synthesis looks nothing up. */
  override get availabilityZones(): string[] {
    return [0, 1, 2].map((zone) => Fn.select(zone, Fn.getAzs()));
  }

  #letIntakeWork(): void {
    const { publish, publishQueue, inbound, api, queue } = this.intake;
    for (const fn of [publish, publishQueue, inbound, this.#brokers?.fn]) {
      if (fn === undefined) continue;
      this.#storage.grantConfig(fn, ['GetItem', 'Query']);
      this.#storage.grantLog(fn, ['GetItem', 'BatchGetItem', 'PutItem']);
      this.#storage.grantState(fn, ['GetItem', 'PutItem']);
      this.#storage.grantWriteBodies(fn);
      this.#lane.queue.grantSend(fn);
      queue.grantSend(fn);
      // Events that are delivered later.
      this.#wakes.grantArm(fn);
    }
    // A large event is fanned out later, and filters may look at its body.
    this.#storage.grantReadBodies(publishQueue);

    this.#storage.grantConfig(api, [
      'GetItem',
      'BatchGetItem',
      'Query',
      'PutItem',
      'UpdateItem',
      'DeleteItem',
    ]);
    this.#storage.grantConfigByOwner(api);
    this.#storage.grantLog(api, ['GetItem', 'BatchGetItem', 'Query', 'PutItem']);
    // Counts what waits for an endpoint.
    this.#storage.grantBacklog(api);
    this.#storage.grantState(api, ['GetItem', 'PutItem']);
    // What API keys may still send.
    for (const fn of [this.intake.publish, api]) this.#storage.grantState(fn, ['UpdateItem']);
    this.#storage.grantReadBodies(api);
    this.#lane.queue.grantSend(api);
    this.#wakes.queue.grantSend(api);
    this.#tellOwnPlaces(api);
  }

  /** Where we ourselves are: deliveries to the gateway by itself would go round in circles, and are refused. */
  #tellOwnPlaces(fn: LambdaFunction): void {
    this.#network.provideEgressIps(fn);
    const { http, door } = this.intake;
    fn.provide({ [ENV.ownHost]: [http.host, ...door.hosts].join(',') });
  }

  #letDeliveriesWork(): void {
    const { deliver } = this.#lane;
    this.#tellOwnPlaces(deliver);
    // Writes an endpoint when it is gone and has to be disabled.
    this.#storage.grantConfig(deliver, ['GetItem', 'BatchGetItem', 'PutItem']);
    this.#storage.grantLog(deliver, ['GetItem', 'BatchGetItem', 'PutItem']);
    // Endpoints' health and rates, and notes of wakes; reading those is the sweeper's.
    this.#storage.grantState(deliver, ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem']);
    // What has a later slot waits in its own queue.
    this.#lane.queue.grantSend(deliver);
    this.#storage.grantReadBodies(deliver);
    this.#wakes.grantArm(deliver);
    // An endpoint that recovers is woken by delayed messages.
    this.#wakes.queue.grantSend(deliver);
  }

  #letWakesWork(): void {
    const { drain } = this.#wakes;
    this.#storage.grantBacklog(drain);
    this.#storage.grantConfig(drain, ['BatchGetItem']);
    this.#storage.grantState(drain, ['GetItem', 'PutItem', 'DeleteItem']);
    this.#lane.queue.grantSend(drain);
    // A drain that does not finish in one go continues itself.
    this.#wakes.queue.grantSend(drain);

    const { sweep } = this.#sweeper;
    this.#storage.grantState(sweep, ['GetItem', 'Query', 'PutItem']);
    this.#wakes.queue.grantSend(sweep);
  }

  #letAlertsWork(): void {
    const { alert, queue } = this.#alerts;
    // Posts to chat channels, by the policy for every receiver.
    this.#tellOwnPlaces(alert);
    this.#storage.grantConfig(alert, ['GetItem', 'BatchGetItem']);
    this.#storage.grantLog(alert, ['BatchGetItem', 'Query']);
    this.#storage.grantBacklog(alert);
    this.#storage.grantState(alert, ['GetItem', 'Query', 'PutItem', 'DeleteItem']);
    // Operational events take the way of everybody's events.
    this.intake.queue.grantSend(alert);
    const { api } = this.intake;
    this.#alerts.provideMailFrom(api);
    for (const fn of [api, this.#lane.deliver, this.#wakes.drain, this.#sweeper.sweep]) queue.grantSend(fn);
  }

  #alarms({ settings }: FunctionContext): Alarms {
    const { publish, inbound, publishQueue, api, queue, http } = this.intake;
    const { sweep } = this.#sweeper;
    return new Alarms(this, 'Alarms', {
      settings,
      queues: {
        publish: queue,
        delivery: this.#lane.queue,
        wake: this.#wakes.queue,
        alert: this.#alerts.queue,
      },
      functions: {
        publish,
        inbound,
        'publish-queue': publishQueue,
        api,
        deliver: this.#lane.deliver,
        drain: this.#wakes.drain,
        sweep,
        alert: this.#alerts.alert,
      },
      sweeper: sweep,
      inbound,
      ...(this.#brokers !== undefined && { brokers: this.#brokers }),
      apiId: http.id,
    });
  }

  #outputs(alarms: Alarms): void {
    const { queue, http, door } = this.intake;
    this.#output('ApiUrl', http.url, 'Base of the API, without /v1');
    this.#output('InboundUrl', door.url, 'Addresses of sources: an id comes behind it');
    this.#output('PublishQueueUrl', queue.queue.queueUrl, 'Send events here over SQS');
    this.#output('PublishQueueArn', queue.queue.queueArn, 'For policies of those who publish over SQS');
    const { egressIps } = this.#network;
    this.#output(
      'EgressIps',
      egressIps || 'none',
      'Addresses deliveries come from, for the firewalls of receivers',
    );
    this.#output(
      'ConfigTable',
      this.#storage.config.tableName,
      'Projects, endpoints, subscriptions, API keys',
    );
    this.#output('LogTable', this.#storage.log.tableName, 'Events, deliveries, attempts');
    this.#output('StateTable', this.#storage.state.tableName, 'Idempotency keys and wakes');
    this.#output(
      'DeliveryRoleArn',
      this.#lane.deliver.roleArn,
      'For trust policies of roles that send to receivers inside AWS',
    );
    this.#output(
      'ApiRoleArn',
      this.intake.api.roleArn,
      'For the same trust policies: the API tries a role when it is named',
    );
    this.#output('AlarmTopicArn', alarms.topic.topicArn, 'Subscribe here to hear of our own faults');
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
