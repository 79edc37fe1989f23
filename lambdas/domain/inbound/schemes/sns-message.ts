/** What SNS posts: which fields are signed, where its certificate and its confirmation are, and what may be in them. */
import { jsonObjectOf, textMember } from '../body/json-object.ts';
import { pinnedFileUrl, pinnedUrl } from '../public-keys/pinned-url.ts';

export interface SnsMessage {
  readonly Type: 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly MessageId: string;
  readonly TopicArn: string;
  readonly Message: string;
  readonly Timestamp: string;
  readonly SignatureVersion: string;
  readonly Signature: string;
  readonly SigningCertURL: string;
  readonly Subject?: string;
  readonly SubscribeURL?: string;
  readonly Token?: string;
}

const COMMON = [
  'MessageId',
  'TopicArn',
  'Timestamp',
  'SignatureVersion',
  'Signature',
  'SigningCertURL',
] as const;
const SIGNED = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    'Message',
    'MessageId',
    'SubscribeURL',
    'Timestamp',
    'Token',
    'TopicArn',
    'Type',
  ],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
} as const;

/** A region's name in the middle: `sns.s3-us-west-2.amazonaws.com` would be somebody's bucket called `sns`. */
const SNS_HOST = /^sns\.(?=[a-z]{2}-[a-z-]+-\d+\.)[a-zA-Z0-9-]{3,}\.amazonaws\.com(\.cn)?$/;

/** The message in a body, whatever the content type says (SNS says `text/plain`); undefined when a signed field is missing. */
export function snsMessageOf(body: Uint8Array): SnsMessage | undefined {
  const object = jsonObjectOf(body);
  if (object === undefined) return undefined;
  const Type = textMember(object, 'Type');
  if (Type === undefined || !isType(Type)) return undefined;
  const Message = textMember(object, 'Message');
  if (Message === undefined) return undefined;
  const needed = Type === 'Notification' ? COMMON : ([...COMMON, 'SubscribeURL', 'Token'] as const);
  const lines = needed.map((name) => [name, textMember(object, name)] as const);
  const Subject = Type === 'Notification' ? (object.Subject ?? undefined) : undefined;
  if (![...lines.map(([, text]) => text), Subject ?? 'x'].every(isOneLine)) return undefined;
  const fields = { ...Object.fromEntries(lines), Type, Message } as unknown as SnsMessage;
  return typeof Subject === 'string' ? { ...fields, Subject } : fields;
}

/** What is signed: names and values on lines of their own, sorted by name. */
export function canonicalText(message: SnsMessage): string {
  return SIGNED[message.Type]
    .map((name) => [name, message[name as keyof SnsMessage]])
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}\n${value}\n`)
    .join('');
}

/** Where the certificate may be fetched from; undefined when the message points anywhere else. */
export function snsCertificateUrl(text: string): string | undefined {
  return pinnedFileUrl(text, SNS_HOST, /\.pem$/);
}

/** The link that confirms the subscription to a topic; undefined when it does not lead to SNS, or does something else. */
export function snsConfirmationUrl(text: string, topicArn: string): string | undefined {
  const url = pinnedUrl(text, SNS_HOST);
  if (url?.searchParams.get('Action') !== 'ConfirmSubscription') return undefined;
  return url.searchParams.get('TopicArn') === topicArn ? url.href : undefined;
}

function isType(text: string): text is SnsMessage['Type'] {
  return Object.hasOwn(SIGNED, text);
}

/**
 * Only the message itself may have line ends: with one in another field, the same signed text could be cut into other
 * fields.
 */
function isOneLine(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && !/[\r\n]/.test(value);
}
