/** AWS Signature Version 4 for one kind of request: a document posted to the root of a service. Pure. */
import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface SigningScope {
  readonly region: string;
  /** As signatures name it: `dynamodb`, `sqs`. */
  readonly service: string;
}

/** A POST to the root of a service. */
export interface RootPost {
  /** What is signed of them: all. Names in lower case, `host` among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The headers with those that prove who sends them. `now` in milliseconds since 1970. */
export type Signer = (post: RootPost, now: number) => Record<string, string>;

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Derives the key of a day and scope once: four of a signature's five keyed hashes. */
export function createSigner(credentials: AwsCredentials, { region, service }: SigningScope): Signer {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  let keyDay = '';
  let key: KeyObject | undefined;
  return (post, now) => {
    const moment = basicTime(now);
    const day = moment.slice(0, 8);
    if (key === undefined || day !== keyDay) {
      key = signingKey(secretAccessKey, [day, region, service, 'aws4_request']);
      keyDay = day;
    }
    const headers: Record<string, string> = { ...post.headers, 'x-amz-date': moment };
    if (sessionToken !== undefined) headers['x-amz-security-token'] = sessionToken;
    const names = Object.keys(headers).sort();
    const signedNames = names.join(';');
    let canonical = 'POST\n/\n\n';
    for (const name of names) canonical += `${name}:${canonicalValue(headers[name]!)}\n`;
    canonical += `\n${signedNames}\n${hash('sha256', post.body, 'hex')}`;
    const scope = `${day}/${region}/${service}/aws4_request`;
    const text = `${ALGORITHM}\n${moment}\n${scope}\n${hash('sha256', canonical, 'hex')}`;
    const signature = createHmac('sha256', key).update(text).digest('hex');
    headers.authorization = `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${signedNames}, Signature=${signature}`;
    return headers;
  };
}

/** `20261123T231500Z` */
function basicTime(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

function signingKey(secret: string, parts: readonly string[]): KeyObject {
  let key: Buffer = Buffer.from(`AWS4${secret}`);
  for (const part of parts) key = createHmac('sha256', key).update(part).digest();
  return createSecretKey(key);
}

/** Runs of white space count as one space. */
function canonicalValue(value: string): string {
  return value.trim().replace(/\s+/g, ' ');
}
