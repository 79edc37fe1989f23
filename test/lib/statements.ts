import type { Template } from 'aws-cdk-lib/assertions';
import { resources } from './gateway.ts';

export interface Statement {
  /** Id of the policy it stands in. */
  readonly policy: string;
  readonly effect: string;
  readonly actions: readonly string[];
  /** As one line: `<Id.Attribute>` for references. */
  readonly resources: readonly string[];
  readonly condition: unknown;
}

const POLICY_TYPES = [
  'AWS::IAM::Policy',
  'AWS::SQS::QueuePolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::S3::BucketPolicy',
];

/** Every statement of every policy, and of policies inside roles. */
export function statements(template: Template): readonly Statement[] {
  const policies = POLICY_TYPES.flatMap((type) => resources(template, type)).map(({ id, Properties }) => ({
    id,
    document: Properties.PolicyDocument,
  }));
  const inline = resources(template, 'AWS::IAM::Role').flatMap(({ id, Properties }) =>
    list(Properties.Policies).map((policy) => ({ id, document: field(policy, 'PolicyDocument') })),
  );
  return [...policies, ...inline].flatMap(({ id, document }) =>
    list(field(document, 'Statement')).map((statement) => ({
      policy: id,
      effect: String(field(statement, 'Effect')),
      actions: list(field(statement, 'Action')).map(String),
      resources: list(field(statement, 'Resource')).map(line),
      condition: field(statement, 'Condition'),
    })),
  );
}

/** What the policy of one function allows, `action on resource` each, but for its log. */
export function allowedTo(template: Template, policy: RegExp): readonly string[] {
  return statements(template)
    .filter((statement) => policy.test(statement.policy) && statement.effect === 'Allow')
    .flatMap(({ actions, resources: on }) =>
      actions.flatMap((action) => on.map((each) => `${action} on ${each}`)),
    )
    .filter((permission) => !permission.startsWith('logs:'))
    .sort();
}

/** A value with intrinsic functions as one line. Ids lose the hash at their end. */
export function line(value: unknown): string {
  if (typeof value === 'string') return value;
  const ref = field(value, 'Ref');
  if (typeof ref === 'string') return `<${bare(ref)}>`;
  const attribute = field(value, 'Fn::GetAtt');
  if (Array.isArray(attribute)) return `<${bare(String(attribute[0]))}.${attribute[1]}>`;
  const join = field(value, 'Fn::Join');
  if (Array.isArray(join)) return list(join[1]).map(line).join(String(join[0]));
  return JSON.stringify(value);
}

function bare(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, '');
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
