import { describe, expect, test } from 'vitest';
import { ENV } from '../../lambdas/contract/env.ts';
import { FUNCTION_IDS, resource, templateOf } from './gateway.ts';
import { allowedTo, type Statement, statements } from './statements.ts';

const template = templateOf({ egress: 'none' });

const table = (name: string, actions: string) =>
  actions.split(' ').map((action) => `dynamodb:${action} on <Storage${name}.Arn>`);
const send = (queue: string) => `sqs:SendMessage on <${queue}.Arn>`;
const consume = (queue: string) =>
  ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'].map(
    (action) => `sqs:${action} on <${queue}.Arn>`,
  );
const BODIES = '<StorageBodies.Arn>/*';
const ARM = [
  'iam:PassRole on <WakesRole.Arn>',
  'scheduler:CreateSchedule on arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/<WakesGroup>/wake-*',
];
const DELIVERIES = 'DeliveryLaneDeliveriesQueue';
const WAKES = 'WakesQueue';
const PUBLISHED = 'IntakePublishedQueue';
const ALERTS = 'OwnerAlertsQueue';

/** What each function may do, in whole, and the environment that came with it. */
const FUNCTIONS_MAY = {
  publish: {
    policy: /^IntakePublishRole/,
    may: [
      ...table('Config', 'GetItem Query'),
      ...table('Log', 'BatchGetItem GetItem PutItem'),
      ...table('State', 'GetItem PutItem UpdateItem'),
      `s3:PutObject on ${BODIES}`,
      send(DELIVERIES),
      ...ARM,
      send(PUBLISHED),
    ],
    knows: [
      ENV.bodyBucket,
      ENV.configTable,
      ENV.deliveryQueueUrl,
      ENV.keyBurst,
      ENV.keyRatePerSecond,
      ENV.logTable,
      ENV.publishQueueUrl,
      ENV.stateTable,
      ENV.wakeGroup,
      ENV.wakeQueueArn,
      ENV.wakeRoleArn,
    ],
  },
  inbound: {
    policy: /^IntakeInboundRole/,
    may: [
      ...table('Config', 'GetItem Query'),
      ...table('Log', 'BatchGetItem GetItem PutItem'),
      ...table('State', 'GetItem PutItem'),
      `s3:PutObject on ${BODIES}`,
      send(DELIVERIES),
      ...ARM,
      send(PUBLISHED),
    ],
    knows: [
      ENV.bodyBucket,
      ENV.configTable,
      ENV.deliveryQueueUrl,
      ENV.inboundUrl,
      ENV.logTable,
      ENV.publishQueueUrl,
      ENV.stateTable,
      ENV.wakeGroup,
      ENV.wakeQueueArn,
      ENV.wakeRoleArn,
    ],
  },
  'publish-queue': {
    policy: /^IntakePublishQueueRole/,
    may: [
      ...table('Config', 'GetItem Query'),
      ...table('Log', 'BatchGetItem GetItem PutItem'),
      ...table('State', 'GetItem PutItem'),
      `s3:GetObject on ${BODIES}`,
      `s3:PutObject on ${BODIES}`,
      ...consume(PUBLISHED),
      send(DELIVERIES),
      ...ARM,
      send(PUBLISHED),
    ],
    knows: [
      ENV.bodyBucket,
      ENV.configTable,
      ENV.deliveryQueueUrl,
      ENV.logTable,
      ENV.publishQueueUrl,
      ENV.stateTable,
      ENV.wakeGroup,
      ENV.wakeQueueArn,
      ENV.wakeRoleArn,
    ],
  },
  api: {
    policy: /^IntakeApiRole/,
    may: [
      ...table('Config', 'BatchGetItem DeleteItem GetItem PutItem Query UpdateItem'),
      'dynamodb:Query on <StorageConfig.Arn>/index/by_owner',
      ...table('Log', 'BatchGetItem GetItem PutItem Query'),
      'dynamodb:Query on <StorageLog.Arn>/index/backlog',
      ...table('State', 'GetItem PutItem UpdateItem'),
      `s3:GetObject on ${BODIES}`,
      send(DELIVERIES),
      send(WAKES),
      send(ALERTS),
    ],
    knows: [
      ENV.alertQueueUrl,
      ENV.bodyBucket,
      ENV.configTable,
      ENV.deliveryQueueUrl,
      ENV.destinationRoles,
      ENV.destinations,
      ENV.egressIps,
      ENV.inboundUrl,
      ENV.keyBurst,
      ENV.keyRatePerSecond,
      ENV.logTable,
      ENV.ownHost,
      ENV.stateTable,
      ENV.wakeQueueUrl,
    ],
  },
  deliver: {
    policy: /^DeliveryLaneDeliverRole/,
    may: [
      ...table('Config', 'BatchGetItem GetItem PutItem'),
      ...table('Log', 'BatchGetItem GetItem PutItem'),
      ...table('State', 'BatchGetItem GetItem PutItem UpdateItem'),
      `s3:GetObject on ${BODIES}`,
      ...consume(DELIVERIES),
      ...ARM,
      send(DELIVERIES),
      send(WAKES),
      send(ALERTS),
    ],
    knows: [
      ENV.alertQueueUrl,
      ENV.bodyBucket,
      ENV.configTable,
      ENV.deliveryQueueUrl,
      ENV.deliveryVisibilitySeconds,
      ENV.egressIps,
      ENV.logTable,
      ENV.ownHost,
      ENV.stateTable,
      ENV.wakeGroup,
      ENV.wakeQueueArn,
      ENV.wakeQueueUrl,
      ENV.wakeRoleArn,
    ],
  },
  drain: {
    policy: /^WakesDrainRole/,
    may: [
      'dynamodb:Query on <StorageLog.Arn>/index/backlog',
      ...table('Config', 'BatchGetItem'),
      ...table('State', 'DeleteItem GetItem PutItem'),
      ...consume(WAKES),
      send(DELIVERIES),
      send(WAKES),
      send(ALERTS),
    ],
    knows: [
      ENV.alertQueueUrl,
      ENV.configTable,
      ENV.deliveryQueueUrl,
      ENV.logTable,
      ENV.stateTable,
      ENV.wakeQueueUrl,
    ],
  },
  alert: {
    policy: /^OwnerAlertsAlertRole/,
    may: [
      'dynamodb:Query on <StorageLog.Arn>/index/backlog',
      ...table('Config', 'BatchGetItem GetItem'),
      ...table('Log', 'BatchGetItem Query'),
      ...table('State', 'DeleteItem GetItem PutItem Query'),
      ...consume(ALERTS),
      send(PUBLISHED),
    ],
    knows: [
      ENV.alertQueueUrl,
      ENV.configTable,
      ENV.egressIps,
      ENV.endpointLink,
      ENV.logTable,
      ENV.ownHost,
      ENV.publishQueueUrl,
      ENV.stateTable,
    ],
  },
  sweep: {
    policy: /^SweeperSweepRole/,
    may: [...table('State', 'GetItem PutItem Query'), send(WAKES), send(ALERTS)],
    knows: [ENV.alertQueueUrl, ENV.stateTable, ENV.wakeQueueUrl],
  },
};

describe.each(Object.entries(FUNCTIONS_MAY))('%s', (name, { policy, may, knows }) => {
  test('may do what it does and nothing else', () => {
    expect(allowedTo(template, policy)).toEqual([...may].sort());
  });

  test('knows what it may use and nothing else', () => {
    const fn = resource(template, 'AWS::Lambda::Function', FUNCTION_IDS[name]);
    const { Variables } = fn.Properties.Environment as { Variables: object };
    const withLog = may.some((each) => each.includes('<StorageLog.Arn>')) ? [ENV.retentionDays] : [];
    expect(Object.keys(Variables).sort()).toEqual([...knows, ...withLog].sort());
  });
});

/** Every wildcard there is, and why. A statement that is not here fails. */
const WILDCARDS: readonly { is: (statement: Statement) => boolean; reason: string }[] = [
  {
    is: ({ effect, actions }) =>
      effect === 'Deny' && actions.length === 1 && /^(sqs|s3):\*$/.test(actions[0] ?? ''),
    reason: 'Denies everything over plain http, or an old TLS: the more it names, the better.',
  },
  {
    is: ({ policy, actions }) =>
      /^DeliveryLaneDeliverRole/.test(policy) &&
      actions.every((action) => /^ec2:.*(NetworkInterface|Subnets|PrivateIp)/.test(action)),
    reason:
      'Lambda makes the network interfaces of a VPC before they have a name; a Deny takes the same from the code.',
  },
  {
    is: ({ actions, resources }) =>
      actions.every((action) => /^s3:(Get|Put)Object$/.test(action)) && resources.join() === BODIES,
    reason: 'Bodies are named when they are written, and their bucket holds nothing else.',
  },
  {
    is: ({ actions, resources }) =>
      actions.join() === 'scheduler:CreateSchedule' &&
      resources.every((each) => each.endsWith('/<WakesGroup>/wake-*')),
    reason: 'Schedules are named when they are made, and their group holds nothing else.',
  },
];

describe('wildcards', () => {
  test.each([
    ['fixed addresses', {}],
    ['machines', { egress: 'nat-instance', zones: 3, publishers: ['123456789012'] }],
    ['no VPC', { egress: 'none', production: false }],
  ])('with %s there is none without a reason', (_, settings) => {
    const wild = statements(templateOf(settings)).filter(({ actions, resources }) =>
      [...actions, ...resources].some((each) => each.includes('*')),
    );
    expect(wild.filter((statement) => !WILDCARDS.some(({ is }) => is(statement)))).toEqual([]);
  });

  test('every reason is still needed', () => {
    const all = statements(templateOf());
    for (const { is, reason } of WILDCARDS) expect(all.some(is), reason).toBe(true);
  });

  test('the code of the delivery function may not touch network interfaces, though Lambda may', () => {
    const denied = statements(templateOf()).find(
      ({ policy, effect }) => effect === 'Deny' && /^DeliveryLaneDeliverRole/.test(policy),
    );
    expect(denied?.actions).toContain('ec2:CreateNetworkInterface');
    expect(denied?.condition).toEqual({ Null: { 'lambda:SourceFunctionArn': 'false' } });
  });

  test('a role is passed to Scheduler and to nobody else', () => {
    const passing = statements(templateOf()).filter(({ actions }) => actions.includes('iam:PassRole'));
    expect(passing.map(({ condition }) => condition)).toEqual(
      passing.map(() => ({ StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } })),
    );
    // Whoever arms wakes: delivering, and the three ways of publishing for later.
    expect(passing).toHaveLength(4);
  });

  test("no role has a policy of AWS's, which allow more than is needed", () => {
    const roles = Object.values(templateOf().findResources('AWS::IAM::Role'));
    expect(roles.filter((role) => role.Properties.ManagedPolicyArns !== undefined)).toEqual([]);
  });
});

describe('receivers inside AWS', () => {
  const QUEUE = 'arn:aws:sqs:eu-west-1:123456789012:orders';
  const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:orders';
  const BUS = 'arn:aws:events:eu-west-1:123456789012:event-bus/default';
  const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:orders:live';
  const ROLE = 'arn:aws:iam::210987654321:role/posthorn';
  const settings = { egress: 'none', destinations: [QUEUE, TOPIC, BUS, FUNCTION], destinationRoles: [ROLE] };
  const withThem = templateOf(settings);

  test('delivering may send to those the settings list, take on the roles they list, and nothing else', () => {
    const { deliver } = FUNCTIONS_MAY;
    expect(allowedTo(withThem, deliver.policy)).toEqual(
      [
        ...deliver.may,
        `events:PutEvents on ${BUS}`,
        `lambda:InvokeFunction on ${FUNCTION}`,
        `sns:Publish on ${TOPIC}`,
        `sqs:SendMessage on ${QUEUE}`,
        `sts:AssumeRole on ${ROLE}`,
      ].sort(),
    );
  });

  test('the API may take the roles on, to try them when they are named, and send to none of those listed', () => {
    const { api } = FUNCTIONS_MAY;
    expect(allowedTo(withThem, api.policy)).toEqual([...api.may, `sts:AssumeRole on ${ROLE}`].sort());
  });

  test('nobody else may', () => {
    for (const [name, { policy, may }] of Object.entries(FUNCTIONS_MAY)) {
      if (name === 'deliver' || name === 'api') continue;
      expect(allowedTo(withThem, policy)).toEqual([...may].sort());
    }
  });

  test('the API knows them, to refuse endpoints that name others', () => {
    const fn = resource(withThem, 'AWS::Lambda::Function', FUNCTION_IDS.api);
    expect(fn.Properties.Environment).toMatchObject({
      Variables: { DESTINATIONS: [QUEUE, TOPIC, BUS, FUNCTION].join(), DESTINATION_ROLES: ROLE },
    });
  });

  test.each([
    ['DeliveryRoleArn', /^DeliveryLaneDeliverRole/],
    ['ApiRoleArn', /^IntakeApiRole/],
  ])("the role to trust is among the stack's outputs: %s", (output, role) => {
    const { Value } = Object.values(withThem.findOutputs(output))[0]!;
    expect(Value).toEqual({ 'Fn::GetAtt': [expect.stringMatching(role), 'Arn'] });
  });
});
