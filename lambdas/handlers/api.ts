/** Every route of the API but publishing. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import document from '../../docs/openapi.json' with { type: 'json' };
import { dynamoKeys } from '../adapters/dynamodb/api-keys.ts';
import { dynamoMailStatus } from '../adapters/dynamodb/mail-status.ts';
import { dynamoProjects } from '../adapters/dynamodb/projects.ts';
import { dynamoWebhookStatus } from '../adapters/dynamodb/webhook-status.ts';
import { powertoolsLog } from '../adapters/powertools/log.ts';
import { systemClock as clock } from '../adapters/system/clock.ts';
import { ENV } from '../contract/env.ts';
import { apiUseCases, openUseCases } from '../flow/api/use-cases.ts';
import { createAuthenticator } from '../flow/authenticate.ts';
import { httpApi } from '../middleware/http-api.ts';
import { apiDeps } from './api-deps.ts';
import { tables } from './clients.ts';
import { keyLimiter } from './key-limiter.ts';

const logger = new Logger({ serviceName: 'api' });
const table = tables();
const log = powertoolsLog(logger);
const keys = dynamoKeys(table.config());

export const handler = httpApi({
  log,
  authenticate: createAuthenticator({ keys, projects: dynamoProjects(table.config()), clock }),
  limitKey: keyLimiter(table.state(), log),
  useCases: apiUseCases(apiDeps(table, log)),
  openUseCases: openUseCases(document, {
    clock,
    mails: (process.env[ENV.mailFrom] ?? '') !== '',
    mailStatus: dynamoMailStatus(table.state()),
    webhookStatus: dynamoWebhookStatus(table.state()),
  }),
}).use(injectLambdaContext(logger));
