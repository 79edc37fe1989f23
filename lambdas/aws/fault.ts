/** What went wrong with a call, in the shape the SDK gives it: callers tell faults apart by their names. Pure. */
import type { HttpAnswer } from './exchange.ts';

export interface ServiceFault extends Error {
  readonly $metadata: { readonly httpStatusCode: number; readonly requestId: string | undefined };
}

/** The fault an answer other than 200 stands for. What is not AWS's (a proxy's page) is an `UnknownError`. */
export function faultOf(operation: string, { status, headers, body }: HttpAnswer): ServiceFault {
  const said = parsed(body);
  const type = headers['x-amzn-errortype'] ?? said.__type ?? said.code;
  const message = said.message ?? said.Message ?? `${operation} was answered ${status}`;
  return Object.assign(new Error(String(message)), {
    name: type === undefined ? 'UnknownError' : bareName(String(type)),
    $metadata: { httpStatusCode: status, requestId: headers['x-amzn-requestid']?.toString() },
  });
}

/** `com.amazonaws.dynamodb.v20120810#ThrottlingException:http://…` is `ThrottlingException`. */
function bareName(type: string): string {
  return type.slice(type.indexOf('#') + 1).split(':')[0] ?? type;
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** What a wrong clock may be answered with. */
const ABOUT_TIME: ReadonlySet<string> = new Set([
  'AuthFailure',
  'InvalidSignatureException',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
]);

export function isAboutTime(fault: ServiceFault): boolean {
  return ABOUT_TIME.has(fault.name);
}

/** `throttled` waits longer before it is tried again; undefined: a repeat would end the same way. */
export type Passing = 'transient' | 'throttled';

const THROTTLING: ReadonlySet<string> = new Set([
  'BandwidthLimitExceeded',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);
const TRANSIENT: ReadonlySet<string> = new Set(['TimeoutError', 'RequestTimeout', 'RequestTimeoutException']);
const SOCKET_CODES: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
const STATUSES: ReadonlySet<number> = new Set([500, 502, 503, 504]);

/** Whether a fault may be gone the next time: the SDK's standard mode. */
export function passing(error: unknown): Passing | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, clockCorrected, errors, $metadata } = error as Error & {
    readonly code?: unknown;
    /** The next try is signed with the service's time. */
    readonly clockCorrected?: boolean;
    /** Of a connection that was tried over several addresses. */
    readonly errors?: readonly unknown[];
    readonly $metadata?: ServiceFault['$metadata'];
  };
  if (THROTTLING.has(error.name) || $metadata?.httpStatusCode === 429) return 'throttled';
  if (TRANSIENT.has(error.name) || SOCKET_CODES.has(String(code))) return 'transient';
  if (STATUSES.has($metadata?.httpStatusCode ?? 0)) return 'transient';
  if (clockCorrected === true) return 'transient';
  // The function was frozen between signing and sending.
  if (error.name === 'InvalidSignatureException' && error.message.includes('Signature expired'))
    return 'transient';
  return errors?.some((one) => passing(one) !== undefined) ? 'transient' : undefined;
}
