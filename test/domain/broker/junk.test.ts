/** Whatever stands in a record, it is read: one that threw would hold up its shard until it is too old. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readBatch } from '../../../lambdas/domain/broker/batch.ts';
import { BROKER_KINDS, type Broker } from '../../../lambdas/domain/broker/broker.ts';
import { brokerCommand } from '../../../lambdas/domain/broker/broker-command.ts';
import { attributesOf } from '../../../lambdas/domain/broker/fields.ts';
import { newHomedId, randomFrom } from '../../../lambdas/domain/ids.ts';
import { EVENT_TYPE_SHAPE, MAX_EVENT_TYPE_LENGTH } from '../../../lambdas/domain/routing.ts';
import { aBroker, HOME } from '../../factories.ts';
import fc from '../../properties.ts';

/** Fields that tell which broker a record is of, and so are never junk. */
const ADDRESSES = new Set([
  'eventSource',
  'EventSource',
  'eventSourceARN',
  'eventSourceArn',
  'TopicArn',
  'broker',
]);
const CHANNELS = new Set(['topic', 'destination', 'physicalName', 'bootstrapServers']);

type Path = readonly (string | number)[];

function pathsIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, held]) => {
    if (ADDRESSES.has(name) || CHANNELS.has(name)) return [];
    const here = [...at, Array.isArray(value) ? Number(name) : name];
    return [here, ...pathsIn(held, here)];
  });
}

function replaced(value: unknown, [step, ...rest]: Path, by: unknown): unknown {
  if (step === undefined) return by;
  if (Array.isArray(value)) return value.map((held, i) => (i === step ? replaced(held, rest, by) : held));
  const fields = value as Record<string, unknown>;
  return { ...fields, [step]: replaced(fields[step], rest, by) };
}

/** As the documented example says where it came from. */
function brokerOf(kind: (typeof BROKER_KINDS)[number], event: string): Broker {
  const at = /"(?:eventSourceARN|eventSourceArn|TopicArn|broker)": "([^"]+)"/.exec(event)?.[1];
  const servers = /"bootstrapServers": "([^"]+)"/.exec(event)?.[1]?.split(',').sort().join();
  return aBroker({
    kind,
    at: at ?? servers ?? '',
    unwrap: 'sns',
    eventType: { from: 'body', path: 'type' },
    owner: { from: 'header', path: 'owner' },
  });
}

const junk = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('', '\u0000', '9'.repeat(400), -1, 1e300, { Type: 'Notification', TopicArn: 't' }),
);

test.each(BROKER_KINDS)('records of %s with junk in them become an event, or a refusal', (kind) => {
  const text = readFileSync(join(import.meta.dirname, 'fixtures', `${kind}.json`), 'utf8');
  const [event, broker] = [JSON.parse(text) as unknown, brokerOf(kind, text)];
  // The lists of records are Lambda's to get right; what stands in them is not.
  const first = { eventbridge: 1, sns: 3 } as const;
  const depth = kind === 'eventbridge' || kind === 'sns' ? first[kind] : 2;
  const paths = pathsIn(event).filter((path) => path.length > depth);
  expect(paths.length).toBeGreaterThan(5);
  fc.assert(
    fc.property(fc.constantFrom(...paths), junk, (path, by) => {
      for (const { message } of readBatch([broker], replaced(event, path, by))) {
        if (message === undefined) continue;
        const command = brokerCommand(broker, message);
        if (!command.ok) continue;
        expect(command.value.type).toMatch(EVENT_TYPE_SHAPE);
        expect(command.value.type.length).toBeLessThanOrEqual(MAX_EVENT_TYPE_LENGTH);
        expect(Object.keys(message.attributes)).not.toContain('');
        const { sentAt } = message;
        if (sentAt !== undefined)
          newHomedId('evt', sentAt, randomFrom('m'), { region: HOME.region, shards: 4 });
      }
    }),
    { numRuns: 300 },
  );
});

test('no attribute has a name that can not be stored', () => {
  expect(
    Object.keys(
      attributesOf([
        ['', 'a'],
        ['__PROTO__', 'b'],
        ['constructor', 'c'],
      ]),
    ),
  ).toEqual(['constructor']);
});

test('an event of a bus that is nested too deeply to be written again is refused', () => {
  const detail: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  const broker = aBroker({ kind: 'eventbridge', at: 'orders' });
  const [record] = readBatch([broker], { broker: 'orders', event: { id: 'e-1', detail } });
  expect(record?.message).toBeUndefined();
});

test('an event of a bus with an object for a resource is read, whatever that is made of', () => {
  const resources = [newHomedId('evt', 1e12, randomFrom('m'), { region: HOME.region, shards: 4 })];
  const broker = aBroker({ kind: 'eventbridge', at: 'round' });
  const event = { id: 'm', source: 's', detail: {}, resources: [...resources, { toString: 1, valueOf: 1 }] };
  const [record] = readBatch([broker], { broker: 'round', event });
  expect(record?.message?.attributes).toEqual({ source: 's', 'webhook-id': resources[0] });
});
