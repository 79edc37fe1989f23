/** POST /v1/events and /v1/events/batch. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { dynamoKeys } from '../adapters/dynamodb/api-keys.ts';
import { dynamoProjects } from '../adapters/dynamodb/projects.ts';
import { powertoolsLog } from '../adapters/powertools/log.ts';
import { systemClock as clock } from '../adapters/system/clock.ts';
import { publishUseCases } from '../flow/api/publish-events.ts';
import { createAuthenticator } from '../flow/authenticate.ts';
import { httpApi } from '../middleware/http-api.ts';
import { queues, tables } from './clients.ts';
import { keyLimiter } from './key-limiter.ts';
import { publishDeps } from './publish-deps.ts';

const logger = new Logger({ serviceName: 'publish' });
const log = powertoolsLog(logger);
const table = tables();

const useCases = publishUseCases(publishDeps(table, queues(), log));
const keys = dynamoKeys(table.config());
const authenticate = createAuthenticator({ keys, projects: dynamoProjects(table.config()), clock });

const limitKey = keyLimiter(table.state(), log);

export const handler = httpApi({ log, authenticate, limitKey, useCases }).use(injectLambdaContext(logger));
