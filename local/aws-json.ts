/** AWS's JSON protocol over plain HTTP, for our own calls to the stand-ins: nothing checks a signature here. */
import { Agent, request } from 'node:http';
import { REGION } from './template/intrinsics.ts';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Looks like a signature, which is all the stand-ins ask for; they read the region from it. */
const AUTHORIZATION = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=local/20260101/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=local`;

const SERVICES = {
  sqs: { prefix: 'AmazonSQS', contentType: 'application/x-amz-json-1.0' },
  dynamodb: { prefix: 'DynamoDB_20120810', contentType: 'application/x-amz-json-1.0' },
} as const;

/** An answer other than 200. */
export class AwsError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/**
 * Calls one operation.
 * @throws AwsError when the service refused it, Error when it can't be reached
 */
export function callAws(
  endpoint: string,
  service: keyof typeof SERVICES,
  operation: string,
  input: Readonly<Record<string, unknown>>,
  signal?: AbortSignal,
): Promise<Record<string, unknown>> {
  const { prefix, contentType } = SERVICES[service];
  const body = Buffer.from(JSON.stringify(input));
  const headers = {
    'content-type': contentType,
    'content-length': body.length,
    'x-amz-target': `${prefix}.${operation}`,
    'x-amz-date': '20260101T000000Z',
    authorization: AUTHORIZATION(service),
  };
  return new Promise((resolve, reject) => {
    const call = request(
      endpoint,
      { method: 'POST', agent, headers, ...(signal && { signal }) },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (response.statusCode === 200) return resolve(text === '' ? {} : JSON.parse(text));
          reject(asError(operation, response.statusCode ?? 0, text));
        });
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

function asError(operation: string, status: number, text: string): AwsError {
  try {
    const { __type: type = '', message, Message } = JSON.parse(text) as Record<string, string>;
    return new AwsError(
      type.slice(type.indexOf('#') + 1),
      message ?? Message ?? `${operation} answered ${status}`,
    );
  } catch {
    return new AwsError(String(status), `${operation}: ${text.slice(0, 200)}`);
  }
}

/** Lets a process end, or a test start afresh. */
export function closeConnections(): void {
  agent.destroy();
}
