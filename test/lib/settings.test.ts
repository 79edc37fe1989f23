import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkSettings, SETTINGS } from '../../lib/settings.ts';
import { PROJECT_ID } from '../factories.ts';
import { ARNS, brokersOfAllKinds } from './broker-settings.ts';

describe('without settings', () => {
  test('a gateway is for production, with one fixed address and 30 days of memory', () => {
    expect(checkSettings({})).toEqual({
      name: 'posthorn',
      production: true,
      retentionDays: 30,
      logRetentionDays: 30,
      logLevel: 'WARN',
      egress: 'nat-gateway',
      zones: 1,
      egressPorts: 'all',
      publishers: [],
      deliverConcurrency: 100,
      apiRatePerSecond: 1000,
      apiBurst: 2000,
      destinations: [],
      destinationRoles: [],
      brokers: [],
      keyRatePerSecond: 100,
      keyBurst: 200,
    });
  });

  test('every default is a value that is allowed', () => {
    expect(() => checkSettings(checkSettings({}))).not.toThrow();
  });

  test('every setting says what it is about and what is allowed', () => {
    for (const { about, allowed } of Object.values(SETTINGS)) {
      expect(about).not.toBe('');
      expect(allowed).not.toBe('');
    }
  });
});

test('the runbook lists every setting, and no other', () => {
  const runbook = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
  const table = /^\| setting \|.*?\n\n/ms.exec(runbook)?.[0] ?? '';
  const names = [...table.matchAll(/^\| (`.*?) \|/gm)].map(([, cell]) => cell).join();
  const listed = [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name);
  expect(listed.sort()).toEqual(Object.keys(SETTINGS).sort());
});

test.each([
  ['name', 'team-hooks'],
  ['production', false],
  ['retentionDays', 365],
  ['logRetentionDays', 14],
  ['logLevel', 'DEBUG'],
  ['egress', 'nat-instance'],
  ['egress', 'none'],
  ['zones', 3],
  ['egressPorts', [443, 8443]],
  ['publishers', ['123456789012', 'arn:aws:iam::123456789012:role/billing']],
  ['deliverConcurrency', 2],
  ['apiRatePerSecond', 10_000],
  ['apiBurst', 5000],
  ['keyRatePerSecond', 10_000],
  ['keyBurst', 1],
  ['alarmEmail', 'oncall@example.com'],
  [
    'destinations',
    [
      'arn:aws:sqs:eu-west-1:123456789012:orders.fifo',
      'arn:aws:sns:eu-west-1:123456789012:orders',
      'arn:aws:events:eu-west-1:123456789012:event-bus/default',
      'arn:aws:lambda:eu-west-1:123456789012:function:orders:live',
    ],
  ],
  ['destinationRoles', ['arn:aws:iam::123456789012:role/posthorn']],
])('%s may be %j', (name, value) => {
  expect(checkSettings({ [name]: value })).toMatchObject({ [name]: value });
});

test.each([
  ['name', 'Posthorn!', '3 to 30 lower-case letters'],
  ['production', 'true', 'true or false'],
  ['retentionDays', 0, 'a whole number from 1 to 3650'],
  ['retentionDays', 1.5, 'a whole number from 1 to 3650'],
  ['logRetentionDays', 31, 'one of 1, 3, 5, 7, 14, 30'],
  ['logLevel', 'info', 'one of DEBUG, INFO, WARN, ERROR'],
  ['egress', 'nat', 'one of nat-gateway, nat-instance, none'],
  ['zones', 4, 'a whole number from 1 to 3'],
  ['zones', '2', 'a whole number from 1 to 3'],
  ['egressPorts', [0], '"all" or a list of whole numbers from 1 to 65535'],
  ['publishers', ['*'], 'a list of AWS account ids (12 digits) and role ARNs'],
  ['deliverConcurrency', 1, 'a whole number from 2 to 1000'],
  ['apiRatePerSecond', -1, 'a whole number from 1 to 10000'],
  ['apiBurst', null, 'a whole number from 1 to 5000'],
  ['keyRatePerSecond', 0, 'a whole number from 1 to 10000'],
  ['keyBurst', '200', 'a whole number from 1 to 10000'],
  ['alarmEmail', 'nobody', 'an e-mail address'],
  ['destinations', ['arn:aws:sqs:eu-west-1:123456789012:*'], 'a list of ARNs of SQS queues'],
  ['destinations', ['https://sqs.eu-west-1.amazonaws.com/1/orders'], 'a list of ARNs of SQS queues'],
  [
    'destinations',
    Array(30).fill('arn:aws:sqs:eu-west-1:123456789012:orders'),
    'a list of ARNs of SQS queues',
  ],
  ['destinationRoles', ['arn:aws:iam::123456789012:role/*'], 'a list of role ARNs'],
  ['destinationRoles', 'arn:aws:iam::123456789012:role/posthorn', 'a list of role ARNs'],
])('%s may not be %j, and the error says what is allowed', (name, value, allowed) => {
  expect(() => checkSettings({ [name]: value })).toThrow(`${name}: must be ${allowed}`);
});

describe('brokers', () => {
  const refusals = (...brokers: readonly unknown[]) => {
    try {
      checkSettings({ brokers });
      return [];
    } catch (error) {
      return (error as Error).message
        .split('\n')
        .slice(1)
        .map((line) => line.trim());
    }
  };
  const common = { name: 'orders', project_id: PROJECT_ID };
  const queue = { ...common, kind: 'sqs', arn: ARNS.sqs };

  test('of every kind are taken as they are', () => {
    const brokers = brokersOfAllKinds();
    expect(checkSettings({ brokers }).brokers).toEqual(brokers);
  });

  test.each([
    ['no list', { brokers: queue }, 'brokers: must be a list of sources of events'],
    ['no object', { brokers: ['orders'] }, 'brokers[0].kind: must be one of sqs, sns, eventbridge'],
    ['an unknown kind', { brokers: [{ ...queue, kind: 'mqtt' }] }, 'brokers[0].kind: must be one of sqs,'],
  ])('that are %s are refused', (_, settings, message) => {
    expect(() => checkSettings(settings)).toThrow(message);
  });

  test.each([
    ['name', { ...queue, name: 'Orders' }, 'brokers[0].name: must be 2 to 30 lower-case letters'],
    ['project_id', { ...queue, project_id: 'acme' }, 'brokers[0].project_id: must be the id of a project'],
    ['arn', { ...queue, arn: ARNS.sns }, 'brokers[0].arn: must be an ARN such as arn:aws:sqs:'],
    ['arn', { ...queue, arn: undefined }, 'brokers[0].arn: '],
    ['batch_size', { ...queue, batch_size: 11 }, 'brokers[0].batch_size: at most 10'],
    [
      'event_type',
      { ...queue, event_type: { body: 'a', value: 'b' } },
      'brokers[0].event_type: name exactly one',
    ],
    ['a field of another kind', { ...queue, topic: 'orders' }, 'brokers[0].topic: '],
    [
      'a FIFO topic',
      { ...common, kind: 'sns', arn: `${ARNS.sns}.fifo` },
      'brokers[0].arn: must be an ARN such as',
    ],
    [
      'a rule for everything',
      { ...common, kind: 'eventbridge', pattern: {} },
      'brokers[0].pattern: must say which events',
    ],
    [
      'a table',
      { ...common, kind: 'dynamodb', arn: 'arn:aws:dynamodb:eu-west-1:123456789012:table/orders' },
      'brokers[0].arn: must be',
    ],
    [
      'half a network',
      {
        ...common,
        kind: 'kafka',
        bootstrap_servers: ['k:9092'],
        topic: 't',
        secret_arn: ARNS.secret,
        subnets: ['subnet-0a1b2c3d'],
      },
      'brokers[0].security_group: is missing; give subnets and security_group together',
    ],
    [
      'no credentials',
      { ...common, kind: 'kafka', bootstrap_servers: ['k:9092'], topic: 't' },
      'brokers[0].secret_arn: is missing; servers outside a VPC need credentials',
    ],
    [
      'a server',
      { ...common, kind: 'kafka', bootstrap_servers: ['http://k'], topic: 't', secret_arn: ARNS.secret },
      'brokers[0].bootstrap_servers[0]: must be a host and a port',
    ],
    ['no secret', { ...common, kind: 'rabbitmq', arn: ARNS.mq, queue: 'q' }, 'brokers[0].secret_arn: '],
  ])('mistakes in them are named: %s', (_, broker, message) => {
    expect(refusals(broker)).toEqual([expect.stringContaining(message)]);
  });

  test('mistakes of all of them are told at once', () => {
    expect(refusals({ ...queue, name: 'A' }, { ...queue, batch_size: 0 })).toHaveLength(2);
  });

  test('two can have neither one name nor one place', () => {
    expect(refusals(queue, queue)).toEqual([
      'brokers[1].name: another broker has it',
      expect.stringContaining('brokers[1].kind: Lambda reads one place for us once'),
    ]);
    const bus = { ...common, kind: 'eventbridge', pattern: { source: ['a'] } };
    expect(refusals(bus, { ...bus, name: 'more' })).toEqual([]);
    const topic = { ...common, kind: 'msk', arn: ARNS.msk, topic: 'a' };
    expect(refusals(topic, { ...topic, name: 'more', topic: 'b' })).toEqual([]);
  });

  test("they have to fit into the function's environment", () => {
    const many = Array.from({ length: 20 }, (_, i) => ({
      ...queue,
      name: `orders-${i}`,
      arn: `${ARNS.sqs}-${i}`,
    }));
    expect(refusals(...many)).toEqual([
      expect.stringMatching(/^brokers: all of them take \d+ bytes .* 2800 are the most/),
    ]);
  });
});

test('an unknown setting is refused by name, and the error lists those there are', () => {
  expect(() => checkSettings({ retention: 30 })).toThrow(
    /retention: no such setting; there are name, production/,
  );
});

test('a name every object has is no setting', () => {
  expect(() => checkSettings({ constructor: 1 })).toThrow('constructor: no such setting');
});

test('all mistakes are told at once', () => {
  expect(() => checkSettings({ zones: 9, egress: 'x', colour: 'red' })).toThrow(
    /colour: no such.*egress: must be.*zones: must be/s,
  );
});

test.each([[[]], ['posthorn'], [null]])('settings that are no object are refused: %j', (given) => {
  expect(() => checkSettings(given)).toThrow('must be an object of settings');
});
