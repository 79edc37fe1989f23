/** Telling owners: the queue of endpoints to look at, and the function that mails. */
import { Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ENV } from '../lambdas/contract/env.ts';
import { FUNCTIONS } from '../lambdas/contract/functions.ts';
import { type FunctionContext, LambdaFunction } from './lambda-function.ts';
import type { Settings } from './settings.ts';
import { WorkQueue } from './work-queue.ts';

const ALERT_TIMEOUT = Duration.seconds(30);
const ALERT_MEMORY_MB = 256;
/** Alerts are rare, and SES takes fourteen mails a second from a new account: ten a batch, two batches. */
const ALERT_CONCURRENCY = 2;

export interface AlertsProps extends FunctionContext {
  /** Base of the API, without /v1: where mail links to when there is no dashboard. */
  readonly apiUrl: string;
}

export class OwnerAlerts extends Construct {
  readonly queue: WorkQueue;
  readonly alert: LambdaFunction;
  readonly #mailFrom: string | undefined;

  constructor(scope: Construct, id: string, { apiUrl, ...context }: AlertsProps) {
    super(scope, id);
    const { settings } = context;
    this.#mailFrom = settings.mailFrom;
    this.queue = new WorkQueue(this, 'Alerts', { timeout: ALERT_TIMEOUT, urlEnv: ENV.alertQueueUrl });
    this.alert = new LambdaFunction(this, 'Alert', {
      ...context,
      name: FUNCTIONS.alert,
      description: 'Tells owners of endpoints that fail',
      timeout: ALERT_TIMEOUT,
      memoryMb: ALERT_MEMORY_MB,
    });
    this.queue.feed(this.alert, ALERT_CONCURRENCY);
    this.alert.provide({ [ENV.endpointLink]: linkOf(settings, apiUrl) });
    this.provideMailFrom(this.alert);
    this.#allowMail();
  }

  /** Whether and from where mail is sent. */
  provideMailFrom(fn: LambdaFunction): void {
    if (this.#mailFrom !== undefined) fn.provide({ [ENV.mailFrom]: this.#mailFrom });
  }

  /** The address may be verified itself, or by its domain: SES asks for the one that is. */
  #allowMail(): void {
    if (this.#mailFrom === undefined) return;
    const domain = this.#mailFrom.slice(this.#mailFrom.lastIndexOf('@') + 1);
    const identities = [this.#mailFrom, domain].map((resourceName) =>
      Stack.of(this).formatArn({ service: 'ses', resource: 'identity', resourceName }),
    );
    this.alert.allow(['ses:SendEmail'], identities);
  }
}

function linkOf({ dashboardUrl }: Settings, apiUrl: string): string {
  const base = dashboardUrl === undefined ? `${apiUrl}/v1` : dashboardUrl.replace(/\/+$/, '');
  return `${base}/endpoints/`;
}
