/**
 * AWS's JSON 1.0 protocol, as DynamoDB and SQS speak it. On the way of every event it takes a third of the SDK's CPU
 * time and none of its loading time (decision 015); what is called rarely goes on using the SDK.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { endpointOf, environmentCredentials } from './environment.ts';
import { createExchange, type Exchange, type TimeLimits } from './exchange.ts';
import { faultOf, isAboutTime } from './fault.ts';
import { createRepeat, type RepeatDeps } from './repeat.ts';
import { type AwsCredentials, createSigner, type Signer } from './sign.ts';

/** A service: how it is signed and addressed, and how its operations are spelled in `x-amz-target`. */
export interface JsonService {
  readonly service: 'dynamodb' | 'sqs';
  readonly targetPrefix: string;
}

export const DYNAMODB: JsonService = { service: 'dynamodb', targetPrefix: 'DynamoDB_20120810' };
export const SQS: JsonService = { service: 'sqs', targetPrefix: 'AmazonSQS' };

export interface JsonClientOptions extends TimeLimits {
  readonly region: string;
  /** Where it is; what the environment says when absent. */
  readonly endpoint?: string;
  /** The environment's when absent. */
  readonly credentials?: AwsCredentials;
  readonly repeat?: RepeatDeps;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Told with every answer, refusals too, what time its service has. */
  readonly hear?: (time: ServedTime) => void;
}

/** All in milliseconds since 1970: the service's whole second, and ours when it was asked and when it had answered. */
export interface ServedTime {
  readonly servedAt: number;
  readonly askedAt: number;
  readonly answeredAt: number;
}

/**
 * Calls one operation. Input and answer are as on the wire.
 * @throws ServiceFault when the service refused it; the socket's error, or a `TimeoutError`, when it did not answer
 */
export type CallAws = (operation: string, input: object) => Promise<Record<string, unknown>>;

const CONTENT_TYPE = 'application/x-amz-json-1.0';
/** AWS takes signatures that are five minutes off. */
const MAX_SKEW_MS = 5 * 60_000;

export function jsonClient({ service, targetPrefix }: JsonService, options: JsonClientOptions): CallAws {
  const { region, now = () => Date.now(), hear = () => {} } = options;
  const endpoint =
    options.endpoint === undefined ? endpointOf(process.env, { region, service }) : new URL(options.endpoint);
  const exchange: Exchange = createExchange(endpoint, options);
  const repeat = createRepeat(options.repeat ?? { sleep, random: Math.random });
  let signer: Signer | undefined;
  let skewMs = 0;

  const attempt = async (operation: string, body: string): Promise<Record<string, unknown>> => {
    signer ??= createSigner(options.credentials ?? environmentCredentials(process.env), { region, service });
    const headers = {
      'content-type': CONTENT_TYPE,
      host: endpoint.host,
      'x-amz-target': `${targetPrefix}.${operation}`,
    };
    const askedAt = now();
    const answer = await exchange(signer({ headers, body }, askedAt + skewMs), body);
    const answeredAt = now();
    const servedAt = Date.parse(answer.headers.date ?? '');
    if (!Number.isNaN(servedAt)) hear({ servedAt, askedAt, answeredAt });
    if (answer.status === 200) return answer.body === '' ? {} : JSON.parse(answer.body);
    const fault = faultOf(operation, answer);
    const skew = servedAt - answeredAt;
    if (!isAboutTime(fault) || !(Math.abs(skew - skewMs) >= MAX_SKEW_MS)) throw fault;
    skewMs = skew;
    throw Object.assign(fault, { clockCorrected: true });
  };
  return (operation, input) => {
    const body = JSON.stringify(input);
    return repeat(() => attempt(operation, body));
  };
}
