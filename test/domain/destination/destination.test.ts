import { describe, expect, test } from 'vitest';
import { checkDestination, type DestinationAccess } from '../../../lambdas/domain/destination/access.ts';
import { parseArn } from '../../../lambdas/domain/destination/arn.ts';
import {
  DESTINATION_ARNS,
  type Destination,
  type DestinationKind,
  externalIdOf,
  isFifo,
  kindOfArn,
  queueUrlOf,
  regionOfDestination,
} from '../../../lambdas/domain/destination/destination.ts';
import { PROJECT_ID } from '../../factories.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:123456789012:orders';
const ROLE = 'arn:aws:iam::210987654321:role/webhooks/sender';
const ACCESS: DestinationAccess = { region: 'eu-central-1', destinations: [QUEUE], roles: [ROLE] };
const AT = { arn: 'destination.queue_arn', role: 'destination.role_arn' };

const codes = (destination: Destination, access = ACCESS) =>
  checkDestination(destination, access, AT).map(({ field, code }) => `${field} ${code}`);
const queue = (arn: string, role?: string): Destination => ({ kind: 'sqs', arn, ...(role && { role }) });

describe('which kind an ARN names', () => {
  test.each([
    [QUEUE, 'sqs'],
    ['arn:aws:sqs:eu-west-1:123456789012:orders.fifo', 'sqs'],
    ['arn:aws:sns:us-east-1:123456789012:orders', 'sns'],
    ['arn:aws:sns:us-east-1:123456789012:orders.fifo', 'sns'],
    ['arn:aws:events:us-east-1:123456789012:event-bus/default', 'eventbridge'],
    ['arn:aws:events:us-east-1:123456789012:event-bus/aws.partner/shop.example/1', 'eventbridge'],
    ['arn:aws:lambda:us-east-1:123456789012:function:orders', 'lambda'],
    ['arn:aws:lambda:us-east-1:123456789012:function:orders:live', 'lambda'],
    ['arn:aws:lambda:us-east-1:123456789012:function:orders:$LATEST', 'lambda'],
    // A subscription, a rule, a layer, a queue of 81 letters, a wildcard
    ['arn:aws:sns:us-east-1:123456789012:orders:6b0e71bd', undefined],
    ['arn:aws:events:us-east-1:123456789012:rule/default/orders', undefined],
    ['arn:aws:lambda:us-east-1:123456789012:layer:orders:1', undefined],
    [`arn:aws:sqs:eu-west-1:123456789012:${'a'.repeat(81)}`, undefined],
    ['arn:aws:sqs:eu-west-1:123456789012:*', undefined],
  ])('%s: %s', (text, kind) => {
    expect(kindOfArn(parseArn(text)!)).toBe(kind);
  });

  test.each(Object.entries(DESTINATION_ARNS))('the example of %s is one', (kind, { example }) => {
    expect(kindOfArn(parseArn(example)!)).toBe(kind as DestinationKind);
  });

  test.each([
    '',
    'orders',
    'https://sqs.eu-west-1.amazonaws.com/123456789012/orders',
    'arn:aws:sqs:eu-west-1::q',
  ])('"%s" is no ARN of a resource', (text) => expect(parseArn(text)).toBeUndefined());
});

test('a queue’s URL is that of its region', () => {
  const destination = { kind: 'sqs', arn: QUEUE } as const;
  expect(queueUrlOf(destination)).toBe('https://sqs.eu-west-1.amazonaws.com/123456789012/orders');
  expect(regionOfDestination(destination)).toBe('eu-west-1');
  expect([QUEUE, `${QUEUE}.fifo`].map((arn) => isFifo(queue(arn)))).toEqual([false, true]);
});

test('the external id follows from the project and is one that STS takes', () => {
  expect(externalIdOf(PROJECT_ID)).toBe(`posthorn-${PROJECT_ID}`);
  expect(externalIdOf(PROJECT_ID)).toMatch(/^[\w+=,.@:/-]{2,1224}$/);
});

describe('may be saved', () => {
  test('what the gateway may send to itself, and what a role it may take on sends to', () => {
    expect(codes(queue(QUEUE))).toEqual([]);
    expect(codes(queue('arn:aws:sqs:us-east-2:999999999999:elsewhere', ROLE))).toEqual([]);
  });

  test('nothing else: the answer names the setting to change', () => {
    const [refused] = checkDestination(queue(`${QUEUE}2`), ACCESS, AT);
    expect(refused).toMatchObject({ field: 'destination.queue_arn', code: 'destination_not_allowed' });
    expect(refused?.detail).toMatch(/"destinations" and deploy, or give role_arn/);
    const [role] = checkDestination(queue(QUEUE, `${ROLE}2`), ACCESS, AT);
    expect(role).toMatchObject({ field: 'destination.role_arn', code: 'role_not_allowed' });
    expect(role?.detail).toContain('"destinationRoles"');
  });

  test.each([
    ['orders', undefined, ['destination.queue_arn bad_arn']],
    ['arn:aws:sns:eu-west-1:123456789012:orders', undefined, ['destination.queue_arn bad_arn']],
    ['arn:aws:sqs:eu-west-9:123456789012:orders', ROLE, ['destination.queue_arn unknown_region']],
    ['arn:aws-cn:sqs:eu-west-1:123456789012:orders', ROLE, ['destination.queue_arn other_partition']],
    ['arn:aws:sqs:us-gov-west-1:123456789012:orders', ROLE, ['destination.queue_arn other_partition']],
    ['arn:aws-us-gov:sqs:us-gov-west-1:123456789012:orders', ROLE, ['destination.queue_arn other_partition']],
    [QUEUE, 'sender', ['destination.role_arn bad_arn']],
    [QUEUE, 'arn:aws:iam::123456789012:user/sender', ['destination.role_arn bad_arn']],
    [QUEUE, 'arn:aws-cn:iam::123456789012:role/sender', ['destination.role_arn other_partition']],
    ['orders', 'sender', ['destination.queue_arn bad_arn', 'destination.role_arn bad_arn']],
  ])('%s by %s: %j', (arn, role, errors) => {
    expect(codes(queue(arn, role))).toEqual(errors);
  });

  test('a gateway in GovCloud sends within GovCloud', () => {
    const arn = 'arn:aws-us-gov:sqs:us-gov-west-1:123456789012:orders';
    const access = { region: 'us-gov-east-1', destinations: [arn, QUEUE], roles: [] };
    expect(codes(queue(arn), access)).toEqual([]);
    expect(codes(queue(QUEUE), access)).toEqual(['destination.queue_arn other_partition']);
  });
});
