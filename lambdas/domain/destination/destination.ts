/** Receivers inside AWS: what an endpoint has in place of a URL. */
import { type Arn, parseArn } from './arn.ts';

export type DestinationKind = Destination['kind'];

export type Destination = QueueDestination | TopicDestination | BusDestination | FunctionDestination;

interface Place {
  readonly arn: string;
  /** The role that may send there; absent: the gateway itself may. */
  readonly role?: string;
}

export interface QueueDestination extends Place {
  readonly kind: 'sqs';
}

export interface TopicDestination extends Place {
  readonly kind: 'sns';
}

export interface BusDestination extends Place {
  readonly kind: 'eventbridge';
  /** The `source` its events carry. */
  readonly source: string;
}

export interface FunctionDestination extends Place {
  readonly kind: 'lambda';
  /** `Event`: delivered once Lambda has queued it. `RequestResponse`: delivered once the function has returned. */
  readonly invocation: 'Event' | 'RequestResponse';
}

/** What each kind's ARN looks like, and one for people to see. */
export const DESTINATION_ARNS: Readonly<
  Record<DestinationKind, { readonly service: string; readonly resource: RegExp; readonly example: string }>
> = {
  sqs: {
    service: 'sqs',
    resource: /^(?:[A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\.fifo)$/,
    example: 'arn:aws:sqs:eu-west-1:123456789012:orders',
  },
  sns: {
    service: 'sns',
    resource: /^[A-Za-z0-9_-]{1,256}(?:\.fifo)?$/,
    example: 'arn:aws:sns:eu-west-1:123456789012:orders',
  },
  eventbridge: {
    service: 'events',
    resource: /^event-bus\/[A-Za-z0-9/._-]{1,256}$/,
    example: 'arn:aws:events:eu-west-1:123456789012:event-bus/default',
  },
  lambda: {
    service: 'lambda',
    resource: /^function:[A-Za-z0-9_-]{1,64}(?::[A-Za-z0-9_$-]{1,128})?$/,
    example: 'arn:aws:lambda:eu-west-1:123456789012:function:orders',
  },
};

export const DEFAULT_BUS_SOURCE = 'posthorn';

/** Which kind of destination an ARN names; undefined: none that we send to. */
export function kindOfArn(arn: Arn): DestinationKind | undefined {
  const kinds = Object.keys(DESTINATION_ARNS) as DestinationKind[];
  return kinds.find((kind) => {
    const { service, resource } = DESTINATION_ARNS[kind];
    return arn.service === service && resource.test(arn.resource);
  });
}

/** Of a stored destination, whose ARN was judged when it was set. */
export function regionOfDestination({ arn }: Destination): string {
  return arn.split(':')[3]!;
}

/** Queues and topics that keep an order say so in their names. */
export function isFifo({ arn }: Destination): boolean {
  return arn.endsWith('.fifo');
}

/** In the form its region's SQS takes: the path tells which queue, whatever host a request goes to. */
export function queueUrlOf({ arn }: QueueDestination): string {
  const { region, account, resource } = parseArn(arn)!;
  return `https://sqs.${region}.amazonaws.com/${account}/${resource}`;
}

/**
 * What we show a role's trust policy, so that it can refuse whoever is not this project (`sts:ExternalId`). It follows
 * from the project, and nobody can choose it: a caller who names somebody else's role still shows an id of their own.
 */
export function externalIdOf(project: string): string {
  return `posthorn-${project}`;
}
