/** What `Ref` and `Fn::GetAtt` mean on this machine: names, ARNs and addresses of a template's resources. */
import { ACCOUNT, type Names, REGION, resolve } from './intrinsics.ts';

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value?: unknown }>>;
}

/** Where this machine's stand-ins listen; known before the template is read. */
export interface Addresses {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly sqs: string;
  readonly api: string;
}

type Attributes = Readonly<Record<string, unknown>>;

/** One kind of resource: its physical name, and what it answers to a `Ref` (default: the name) and to `Fn::GetAtt`. */
interface Kind {
  readonly nameProperty?: string;
  readonly name?: (logicalId: string) => string;
  readonly ref?: (name: string, addresses: Addresses) => string;
  readonly attributes: (name: string, addresses: Addresses) => Attributes;
}

const arn = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;

const KINDS: Readonly<Record<string, Kind>> = {
  'AWS::DynamoDB::GlobalTable': {
    nameProperty: 'TableName',
    attributes: (name) => ({ Arn: arn('dynamodb', `table/${name}`) }),
  },
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    ref: (name, { sqs }) => queueUrl(sqs, name),
    attributes: (name, { sqs }) => ({
      Arn: arn('sqs', name),
      QueueName: name,
      QueueUrl: queueUrl(sqs, name),
    }),
  },
  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    name: (logicalId) => logicalId.toLowerCase().slice(0, 63),
    attributes: (name) => ({ Arn: `arn:aws:s3:::${name}` }),
  },
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    attributes: (name) => ({ Arn: arn('lambda', `function:${name}`) }),
  },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    attributes: (name) => ({ Arn: `arn:aws:iam::${ACCOUNT}:role/${name}` }),
  },
  'AWS::Scheduler::ScheduleGroup': {
    nameProperty: 'Name',
    attributes: (name) => ({ Arn: arn('scheduler', `schedule-group/${name}`) }),
  },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    attributes: (name) => ({ Arn: arn('logs', `log-group:${name}`) }),
  },
  'AWS::ApiGatewayV2::Api': { attributes: (_name, { api }) => ({ ApiEndpoint: api }) },
  'AWS::ApiGateway::RestApi': { attributes: (name) => ({ RootResourceId: `root of ${name}` }) },
  'AWS::ApiGateway::Resource': { attributes: () => ({}) },
  'AWS::ApiGatewayV2::Integration': { attributes: () => ({}) },
  // Deliveries leave from this machine, which has no fixed address to tell.
  'AWS::EC2::EIP': { ref: () => '', attributes: () => ({ PublicIp: '' }) },
};

/** A REST API has no attribute for its address: templates put it together, and on this machine it is the API's. */
const REST_ADDRESS = /https:\/\/[A-Za-z0-9]+\.execute-api\.[a-z0-9-]+\.amazonaws\.com/g;

export function onThisMachine(text: string, { api }: Addresses): string {
  return text.replaceAll(REST_ADDRESS, api);
}

export function queueUrl(sqs: string, name: string): string {
  return `${sqs}/${ACCOUNT}/${name}`;
}

/** Last part of an ARN: the name of a queue, a table or a function. */
export function nameOfArn(arnText: string): string {
  return arnText.slice(Math.max(arnText.lastIndexOf(':'), arnText.lastIndexOf('/')) + 1);
}

/** Names given in the template win; otherwise the logical id is the name, so a restart finds its data again. */
export function physicalName(template: Template, logicalId: string): string {
  const { kind, resource } = kindOf(template, logicalId);
  const given = kind.nameProperty === undefined ? undefined : resource.Properties?.[kind.nameProperty];
  return typeof given === 'string' ? given : (kind.name?.(logicalId) ?? logicalId);
}

/** The template's names on this machine. */
export function localNames(template: Template, addresses: Addresses): Names {
  const names: Names = {
    ref(name) {
      const parameter = template.Parameters?.[name];
      if (parameter !== undefined) return resolve(parameter.Default ?? '', names);
      const { kind } = kindOf(template, name);
      const physical = physicalName(template, name);
      return kind.ref?.(physical, addresses) ?? physical;
    },
    attribute(logicalId, attribute) {
      const { kind, resource } = kindOf(template, logicalId);
      const known = kind.attributes(physicalName(template, logicalId), addresses);
      if (Object.hasOwn(known, attribute)) return known[attribute];
      throw new Error(`template: no local meaning for ${resource.Type}.${attribute} (${logicalId})`);
    },
  };
  return names;
}

function kindOf(template: Template, logicalId: string): { kind: Kind; resource: Resource } {
  const resource = template.Resources[logicalId];
  if (resource === undefined) throw new Error(`template: nothing is called ${logicalId}`);
  const kind = KINDS[resource.Type];
  if (kind === undefined) throw new Error(`template: no local meaning for a ${resource.Type} (${logicalId})`);
  return { kind, resource };
}
