import { startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, describe } from 'vitest';
import { dynamoAlerts } from '../../lambdas/adapters/dynamodb/alerts.ts';
import { dynamoKeys } from '../../lambdas/adapters/dynamodb/api-keys.ts';
import { dynamoBacklog } from '../../lambdas/adapters/dynamodb/backlog.ts';
import { documentClient } from '../../lambdas/adapters/dynamodb/client.ts';
import { dynamoDeliveries, dynamoDeliveryWriter } from '../../lambdas/adapters/dynamodb/deliveries.ts';
import { dynamoEndpoints } from '../../lambdas/adapters/dynamodb/endpoints.ts';
import { dynamoEvents, dynamoEventWriter } from '../../lambdas/adapters/dynamodb/events.ts';
import { dynamoHealth } from '../../lambdas/adapters/dynamodb/health.ts';
import { dynamoIdempotency } from '../../lambdas/adapters/dynamodb/idempotency.ts';
import { dynamoInFlight } from '../../lambdas/adapters/dynamodb/in-flight.ts';
import { dynamoMailStatus } from '../../lambdas/adapters/dynamodb/mail-status.ts';
import { dynamoMatchChunks } from '../../lambdas/adapters/dynamodb/match-chunks.ts';
import type { DynamoClient } from '../../lambdas/adapters/dynamodb/operations.ts';
import { dynamoProjects } from '../../lambdas/adapters/dynamodb/projects.ts';
import { dynamoRateMeter } from '../../lambdas/adapters/dynamodb/rate.ts';
import { dynamoRequests, dynamoRequestWriter } from '../../lambdas/adapters/dynamodb/requests.ts';
import { dynamoResponses } from '../../lambdas/adapters/dynamodb/responses.ts';
import { dynamoSources } from '../../lambdas/adapters/dynamodb/sources.ts';
import { dynamoSubscriptions } from '../../lambdas/adapters/dynamodb/subscriptions.ts';
import { dynamoDrainMarks, dynamoWakeLedger } from '../../lambdas/adapters/dynamodb/wakes.ts';
import { dynamoWebhookStatus } from '../../lambdas/adapters/dynamodb/webhook-status.ts';
import { bodyClient, s3Bodies } from '../../lambdas/adapters/s3/bodies.ts';
import { alertsConform, mailStatusConforms, webhookStatusConforms } from './conformance/alerts.ts';
import { backlogConforms } from './conformance/backlog.ts';
import { bodiesConform } from './conformance/bodies.ts';
import { deliveriesConform } from './conformance/deliveries.ts';
import { endpointsConform } from './conformance/endpoints.ts';
import { eventsConform } from './conformance/events.ts';
import { healthConforms } from './conformance/health.ts';
import { idempotencyConforms } from './conformance/idempotency.ts';
import { inFlightConforms } from './conformance/in-flight.ts';
import { matchChunksConform } from './conformance/match-chunks.ts';
import { keysConform, projectsConform } from './conformance/projects-and-keys.ts';
import { ratesConform } from './conformance/rate.ts';
import { requestsConform } from './conformance/requests.ts';
import { sourcesConform } from './conformance/sources.ts';
import { subscriptionsConform } from './conformance/subscriptions.ts';
import { drainMarksConform, wakeLedgerConforms } from './conformance/wakes.ts';
import { AWS, type LocalDynamo, ownDynamoClient, startDynamo, TABLES } from './emulators.ts';

describe.each([
  { by: 'our own client', clientOf: (dynamo: LocalDynamo) => ownDynamoClient(dynamo.endpoint) },
  { by: 'the SDK', clientOf: (dynamo: LocalDynamo) => documentClient(dynamo.client) },
])('in DynamoDB, reached by $by', ({ clientOf }) => {
  let dynamo: LocalDynamo;
  let client: DynamoClient;
  beforeAll(async () => {
    dynamo = await startDynamo();
    client = clientOf(dynamo);
  });
  afterAll(() => dynamo.stop());

  const config = () => ({ client, table: TABLES.config });
  const log = () => ({ client, table: TABLES.log, retentionDays: 30 });
  const state = () => ({ client, table: TABLES.state });

  projectsConform(() => dynamoProjects(config()));
  keysConform(() => dynamoKeys(config()));
  endpointsConform(() => dynamoEndpoints(config()));
  sourcesConform(() => dynamoSources(config()));
  subscriptionsConform(() => ({ ...dynamoEndpoints(config()), ...dynamoSubscriptions(config()) }));
  eventsConform(() => ({ ...dynamoEvents(log()), ...dynamoEventWriter(log()) }));
  matchChunksConform(() => dynamoMatchChunks(log()));
  deliveriesConform(() => ({
    ...dynamoDeliveries(log()),
    ...dynamoDeliveryWriter(log()),
    ...dynamoResponses(log()),
  }));
  backlogConforms(() => ({ ...dynamoBacklog(log()), ...dynamoDeliveryWriter(log()) }));
  requestsConform(() => ({ ...dynamoRequests(log()), ...dynamoRequestWriter(log()) }));
  idempotencyConforms(() => dynamoIdempotency(state()));
  wakeLedgerConforms(() => dynamoWakeLedger(state()));
  describe('for reviews', () => wakeLedgerConforms(() => dynamoWakeLedger(state(), 'review')));
  alertsConform(() => dynamoAlerts(state()));
  mailStatusConforms(() => dynamoMailStatus(state()));
  webhookStatusConforms(() => dynamoWebhookStatus(state()));
  drainMarksConform(() => dynamoDrainMarks(state()));
  healthConforms(() => dynamoHealth(state()));
  inFlightConforms(() => dynamoInFlight(state()));
  ratesConform(() => () => dynamoRateMeter(state()));
});

describe('in S3', () => {
  let stop: () => Promise<void>;
  let client: ReturnType<typeof bodyClient>;
  beforeAll(async () => {
    const server = await startFauxqs({ port: 0, logger: false });
    server.createBucket('bodies');
    client = bodyClient({ ...AWS, endpoint: `http://127.0.0.1:${server.port}` });
    stop = async () => {
      client.destroy();
      await server.stop();
    };
  });
  afterAll(() => stop());

  bodiesConform(() => s3Bodies({ client, bucket: 'bodies' }));
});
