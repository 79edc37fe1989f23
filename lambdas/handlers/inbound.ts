/** Webhooks of third parties. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import { dynamoProjects } from '../adapters/dynamodb/projects.ts';
import { dynamoRequestWriter } from '../adapters/dynamodb/requests.ts';
import { dynamoSourceReader } from '../adapters/dynamodb/sources.ts';
import { createHttpCaller } from '../adapters/http/caller.ts';
import { powertoolsLog } from '../adapters/powertools/log.ts';
import { systemClock as clock } from '../adapters/system/clock.ts';
import { ENV } from '../contract/env.ts';
import { createCachedSources } from '../flow/inbound/cached-sources.ts';
import { createCallAllowance } from '../flow/inbound/call-allowance.ts';
import { receive } from '../flow/inbound/receive.ts';
import { createVerificationKeys } from '../flow/inbound/verification-keys.ts';
import { answerCall, type DoorEvent, readCall } from '../middleware/received-call.ts';
import { queues, tables } from './clients.ts';
import { publishDeps } from './publish-deps.ts';
import { requireEnv } from './require-env.ts';

const logger = new Logger({ serviceName: 'inbound' });
const log = powertoolsLog(logger);
const table = tables();
const base = requireEnv(ENV.inboundUrl);
const http = createHttpCaller({ own: { hosts: [new URL(base).host], addresses: [] } });

const deps = {
  ...publishDeps(table, queues(), log),
  log,
  http,
  sources: createCachedSources(
    { ...dynamoSourceReader(table.config()), ...dynamoProjects(table.config()) },
    clock,
  ),
  keys: createVerificationKeys({ clock, http, log }),
  allowance: createCallAllowance(log),
  requests: dynamoRequestWriter(table.log()),
};

export const handler = middy(async (event: DoorEvent) => {
  const { sourceId, ...call } = readCall(event, base);
  return answerCall(await receive(deps, sourceId, call));
}).use(injectLambdaContext(logger));
