/** What the local mode needs to know of a deployment, read from its template. */

export interface LocalStack {
  readonly tables: readonly TableSpec[];
  readonly queues: readonly QueueSpec[];
  readonly buckets: readonly string[];
  readonly functions: readonly FunctionSpec[];
  readonly mappings: readonly MappingSpec[];
  /** Topics that call functions. */
  readonly subscriptions: readonly TopicSpec[];
  readonly routes: readonly RouteSpec[];
  readonly scheduleGroups: readonly string[];
  readonly schedules: readonly ScheduleSpec[];
  /** An output of the template; throws when its value means nothing on this machine. */
  output(name: string): string;
}

export interface KeyAttribute {
  readonly AttributeName: string;
  readonly KeyType: string;
}

export interface TableSpec {
  readonly name: string;
  readonly attributes: readonly { readonly AttributeName: string; readonly AttributeType: string }[];
  readonly keys: readonly KeyAttribute[];
  readonly indexes: readonly {
    readonly IndexName: string;
    readonly KeySchema: readonly KeyAttribute[];
    readonly Projection: unknown;
  }[];
}

export interface QueueSpec {
  readonly name: string;
  /** As `CreateQueue` takes them. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface FunctionSpec {
  /** Physical name. */
  readonly name: string;
  /** For people: the construct's path without its hash. */
  readonly title: string;
  readonly arn: string;
  /** Path of the bundle, without its ending, and the export in it. */
  readonly file: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly logLevel: string | undefined;
}

export interface MappingSpec {
  readonly queueArn: string;
  readonly functionName: string;
  readonly batchSize: number;
  readonly maxConcurrency: number | undefined;
  readonly reportsItemFailures: boolean;
}

export interface TopicSpec {
  readonly topicArn: string;
  readonly functionName: string;
}

export interface RouteSpec {
  /** `POST`, or `ANY`. */
  readonly method: string;
  /** `/v1/endpoints/{id}`; `$default` matches what nothing else does. */
  readonly path: string;
  readonly functionName: string;
  readonly timeoutMs: number;
  /** Of a REST API, which hands events over in payload format 1.0: the stage its paths begin with. */
  readonly stage?: string;
}

export interface ScheduleSpec {
  readonly name: string;
  readonly everyMs: number;
  readonly functionName: string;
  readonly input: string | undefined;
}
