/** What all our Lambda functions have in common: Node 24 on ARM, a role of their own, a log that expires. */
import { join } from 'node:path';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { EnvName } from '../lambdas/contract/env.ts';
import { type FunctionName, HANDLER_EXPORT } from '../lambdas/contract/functions.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import type { Settings } from './settings.ts';

/** What every construct with functions needs. */
export interface FunctionContext {
  readonly settings: Settings;
  /** Folder with one folder per function, as `lib/bundle.ts` leaves it. */
  readonly assets: string;
}

export interface LambdaFunctionProps extends FunctionContext {
  readonly name: FunctionName;
  readonly description: string;
  readonly timeout: Duration;
  readonly memoryMb: number;
  /**
   * It continues its own work through a queue. Lambda takes that for a runaway after 16 rounds and stops it, so whoever
   * says true knows why the rounds end.
   */
  readonly callsItself?: boolean;
  /** Absent: outside any VPC. */
  readonly network?: FunctionNetwork;
}

export interface FunctionNetwork {
  readonly vpc: ec2.IVpc;
  readonly vpcSubnets: ec2.SubnetSelection;
  readonly securityGroups: ec2.ISecurityGroup[];
}

const ATTACH_FUNCTION = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** A Lambda function that starts with no permission but to write its own log. */
export class LambdaFunction extends Construct {
  readonly lambda: lambda.Function;
  readonly #role: iam.Role;

  constructor(scope: Construct, id: string, props: LambdaFunctionProps) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'Log', {
      retention: props.settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.#role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
    if (props.network !== undefined) this.allowNetworkInterfaces(ATTACH_FUNCTION);
    this.lambda = new lambda.Function(this, 'Function', {
      description: props.description,
      code: lambda.Code.fromAsset(join(props.assets, props.name), { exclude: ['*.map'] }),
      handler: `index.${HANDLER_EXPORT}`,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: props.memoryMb,
      timeout: props.timeout,
      role: this.#role,
      ...(props.callsItself && { recursiveLoop: lambda.RecursiveLoop.ALLOW }),
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      applicationLogLevelV2: lambda.ApplicationLogLevel[props.settings.logLevel],
      // The platform's start and report lines would be most of the log's bill.
      systemLogLevelV2: lambda.SystemLogLevel.WARN,
      ...props.network,
    });
  }

  /** For policies of those who let this function in. */
  get roleArn(): string {
    return this.#role.roleArn;
  }

  /** Adds a permission. Whoever owns the resource calls this in a grant, together with `provide`. */
  allow(actions: readonly string[], resources: readonly string[]): void {
    this.#role.addToPolicy(new iam.PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }

  /** Lets the function hand a role to one service, and to no other. */
  passRole(role: iam.IRole, service: string): void {
    this.#role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': service } },
      }),
    );
  }

  /** Adds environment: a grant gives it together with the permission, so a function never knows what it may not use. */
  provide(environment: Readonly<Partial<Record<EnvName, string>>>): void {
    for (const [name, value] of Object.entries(environment)) this.lambda.addEnvironment(name, value);
  }

  /**
   * Lambda attaches functions, and the pollers that read for them, to a VPC with the function's role. The code inside
   * needs none of it, and is refused it.
   */
  allowNetworkInterfaces(actions: readonly string[]): void {
    this.allow(actions, ['*']);
    this.#role.addToPolicy(
      new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        actions: [...actions],
        resources: ['*'],
        // Present only on calls made by the function's own code.
        conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
      }),
    );
    acknowledgeWildcard(
      this.#role,
      '*',
      "Lambda's own service creates the VPC network interfaces with this role before they have an ARN, and describing them takes no resource. A second statement denies the same actions to the function's code.",
    );
  }
}
