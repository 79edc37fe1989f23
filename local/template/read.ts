/** Reads a synthesised template: the one list of resources there is. */
import { join } from 'node:path';
import type { Found } from './found.ts';
import { type Names, resolve } from './intrinsics.ts';
import {
  type Addresses,
  localNames,
  nameOfArn,
  onThisMachine,
  physicalName,
  type Template,
} from './names.ts';
import { readRestRoutes } from './read-rest-routes.ts';
import { readRoutes } from './read-routes.ts';
import { readSchedules } from './read-schedules.ts';
import type { FunctionSpec, LocalStack, MappingSpec, QueueSpec, TableSpec } from './stack.ts';

/** A synthesised template. */
export interface Assembly {
  readonly template: Template;
  /** The folder it was written to; assets lie in it. */
  readonly directory: string;
}

/** @throws Error when a resource we need says something we do not understand */
export function readStack(assembly: Assembly, addresses: Addresses): LocalStack {
  const { template } = assembly;
  const names = localNames(template, addresses);
  const found = (type: string): Found[] => resourcesOf(template, type, names);
  return {
    tables: found('AWS::DynamoDB::GlobalTable').map(({ id, properties }) =>
      table(physicalName(template, id), properties),
    ),
    queues: found('AWS::SQS::Queue').map(({ id, properties }) =>
      queue(physicalName(template, id), properties),
    ),
    buckets: Object.keys(template.Resources)
      .filter((id) => template.Resources[id]?.Type === 'AWS::S3::Bucket')
      .map((id) => physicalName(template, id)),
    functions: found('AWS::Lambda::Function').map((fn) =>
      lambda(assembly, fn, physicalName(template, fn.id), String(names.attribute(fn.id, 'Arn')), addresses),
    ),
    mappings: found('AWS::Lambda::EventSourceMapping')
      .filter(({ properties }) => isQueue(properties.EventSourceArn))
      .map(({ properties }) => mapping(properties)),
    subscriptions: found('AWS::SNS::Subscription')
      .filter(({ properties }) => properties.Protocol === 'lambda')
      .map(({ properties }) => ({
        topicArn: String(properties.TopicArn),
        functionName: nameOfArn(String(properties.Endpoint)),
      })),
    routes: [
      ...readRoutes(found('AWS::ApiGatewayV2::Route'), found('AWS::ApiGatewayV2::Integration')),
      ...readRestRoutes({
        apis: found('AWS::ApiGateway::RestApi'),
        resources: found('AWS::ApiGateway::Resource'),
        methods: found('AWS::ApiGateway::Method'),
        stages: found('AWS::ApiGateway::Stage'),
      }),
    ],
    scheduleGroups: found('AWS::Scheduler::ScheduleGroup').map(({ id }) => physicalName(template, id)),
    schedules: readSchedules(found('AWS::Scheduler::Schedule'), found('AWS::Events::Rule')),
    output: (name) => onThisMachine(String(resolve(template.Outputs?.[name]?.Value, names)), addresses),
  };
}

function resourcesOf(template: Template, type: string, names: Names): Found[] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => {
      const wanted = PROPERTIES[type];
      const given = Object.entries(resource.Properties ?? {}).filter(([name]) => wanted?.includes(name));
      const properties = given.map(([name, value]) => [name, resolve(value, names)] as const);
      return { id, properties: Object.fromEntries(properties) };
    });
}

/** Only these are resolved: others (roles, networks, tags) name things that mean nothing on this machine. */
const PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  'AWS::DynamoDB::GlobalTable': ['AttributeDefinitions', 'KeySchema', 'GlobalSecondaryIndexes'],
  'AWS::SQS::Queue': [
    'VisibilityTimeout',
    'DelaySeconds',
    'MaximumMessageSize',
    'MessageRetentionPeriod',
    'ReceiveMessageWaitTimeSeconds',
    'RedrivePolicy',
  ],
  'AWS::Lambda::Function': ['Handler', 'Environment', 'Timeout', 'MemorySize', 'LoggingConfig'],
  'AWS::Lambda::EventSourceMapping': [
    'EventSourceArn',
    'FunctionName',
    'BatchSize',
    'ScalingConfig',
    'FunctionResponseTypes',
  ],
  'AWS::SNS::Subscription': ['Protocol', 'TopicArn', 'Endpoint'],
  'AWS::ApiGatewayV2::Route': ['RouteKey', 'Target'],
  'AWS::ApiGatewayV2::Integration': ['IntegrationUri', 'TimeoutInMillis', 'PayloadFormatVersion'],
  'AWS::ApiGateway::RestApi': ['BinaryMediaTypes'],
  'AWS::ApiGateway::Resource': ['ParentId', 'PathPart'],
  'AWS::ApiGateway::Method': ['HttpMethod', 'ResourceId', 'RestApiId', 'Integration'],
  'AWS::ApiGateway::Stage': ['RestApiId', 'StageName'],
  'AWS::Scheduler::Schedule': ['ScheduleExpression', 'Target'],
  'AWS::Events::Rule': ['ScheduleExpression', 'Targets'],
};

function table(name: string, properties: Found['properties']): TableSpec {
  return {
    name,
    attributes: properties.AttributeDefinitions as TableSpec['attributes'],
    keys: properties.KeySchema as TableSpec['keys'],
    indexes: ((properties.GlobalSecondaryIndexes ?? []) as TableSpec['indexes']).map(
      ({ IndexName, KeySchema, Projection }) => ({ IndexName, KeySchema, Projection }),
    ),
  };
}

function queue(name: string, properties: Found['properties']): QueueSpec {
  const attributes = Object.entries(properties).map(([key, value]) => [
    key,
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ]);
  return { name, attributes: Object.fromEntries(attributes) };
}

function lambda(
  assembly: Assembly,
  { id, properties }: Found,
  name: string,
  arn: string,
  addresses: Addresses,
): FunctionSpec {
  const asset = assembly.template.Resources[id]?.Metadata?.['aws:asset:path'];
  if (typeof asset !== 'string') throw new Error(`template: function ${id} does not say where its code lies`);
  const [file = 'index', handler = 'handler'] = String(properties.Handler).split('.');
  const environment = (properties.Environment as { Variables?: Record<string, unknown> })?.Variables ?? {};
  const logging = properties.LoggingConfig as { ApplicationLogLevel?: string } | undefined;
  const variables = Object.entries(environment).map(([key, value]) => [
    key,
    onThisMachine(String(value), addresses),
  ]);
  return {
    name,
    // CDK's logical ids are the construct's path and eight characters of its hash.
    title: id.replace(/(Function)?[0-9A-F]{8}$/, ''),
    arn,
    file: join(assembly.directory, asset, file),
    handler,
    environment: Object.fromEntries(variables),
    timeoutSeconds: Number(properties.Timeout ?? 3),
    memoryMb: Number(properties.MemorySize ?? 128),
    logLevel: logging?.ApplicationLogLevel,
  };
}

/** Streams, Kafka and Amazon MQ have no stand-in here: their mappings are left alone. */
function isQueue(arn: unknown): boolean {
  return typeof arn === 'string' && arn.split(':')[2] === 'sqs';
}

function mapping(properties: Found['properties']): MappingSpec {
  const scaling = properties.ScalingConfig as { MaximumConcurrency?: number } | undefined;
  const responses = (properties.FunctionResponseTypes ?? []) as readonly string[];
  return {
    queueArn: String(properties.EventSourceArn),
    functionName: nameOfArn(String(properties.FunctionName)),
    batchSize: Number(properties.BatchSize ?? 10),
    maxConcurrency: scaling?.MaximumConcurrency,
    reportsItemFailures: responses.includes('ReportBatchItemFailures'),
  };
}
