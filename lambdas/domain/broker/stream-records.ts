/** Records of Kinesis and DynamoDB streams. Ids are unique within a shard, so the shard or the table comes with them. */
import type { Broker, BrokerMessage } from './broker.ts';
import { attributesOf, bytesAt, entriesAt, field, numberAt, textAt } from './fields.ts';

const JSON_TYPE = 'application/json';

/** https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html */
export function kinesisMessage(_broker: Broker, record: unknown): BrokerMessage | undefined {
  const kinesis = field(record, 'kinesis');
  // The shard and the sequence number.
  const id = textAt(record, 'eventID');
  const body = bytesAt(kinesis, 'data');
  const arrived = numberAt(kinesis, 'approximateArrivalTimestamp');
  if (id === undefined || body === undefined || arrived === undefined) return undefined;
  const attributes = attributesOf([['partition-key', textAt(kinesis, 'partitionKey')]]);
  return { id, sentAt: Math.floor(arrived * 1000), attributes, body };
}

/**
 * A change of an item, as plain JSON: `operation`, `keys`, and `new` and `old` as the stream's view type gives them.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export function dynamodbMessage(_broker: Broker, record: unknown): BrokerMessage | undefined {
  const id = textAt(record, 'eventID');
  const operation = textAt(record, 'eventName');
  const change = field(record, 'dynamodb');
  const seconds = numberAt(change, 'ApproximateCreationDateTime');
  if (id === undefined || operation === undefined || seconds === undefined) return undefined;
  const [fresh, old] = [field(change, 'NewImage'), field(change, 'OldImage')];
  const body = {
    operation,
    keys: plainItem(field(change, 'Keys')),
    ...(fresh !== undefined && { new: plainItem(fresh) }),
    ...(old !== undefined && { old: plainItem(old) }),
  };
  const table = /:table\/([^/]+)\//.exec(textAt(record, 'eventSourceARN') ?? '')?.[1];
  return {
    id,
    sentAt: Math.floor(seconds * 1000),
    attributes: attributesOf([
      ['operation', operation],
      ['table', table],
    ]),
    body: Buffer.from(JSON.stringify(body)),
    contentType: JSON_TYPE,
  };
}

/** Binary values as base64, sets as lists. A number that JavaScript can't hold exactly stays a text. */
function plainItem(item: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(entriesAt({ item }, 'item').map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: unknown): unknown {
  const [type, held] = Object.entries(typeof value === 'object' && value !== null ? value : {})[0] ?? [];
  switch (type) {
    case 'N':
      return exactNumber(held);
    case 'NS':
      return Array.isArray(held) ? held.map(exactNumber) : [];
    case 'L':
      return Array.isArray(held) ? held.map(plainValue) : [];
    case 'M':
      return plainItem(held);
    case 'NULL':
      return null;
    default:
      return held;
  }
}

/** DynamoDB keeps 38 digits. */
function exactNumber(text: unknown): unknown {
  if (typeof text !== 'string') return text;
  const number = Number(text);
  return significant(String(number)) === significant(text) ? number : text;
}

/** Digits without leading and trailing zeros, and without the point. */
function significant(text: string): string {
  return text
    .replace(/e.*$/i, '')
    .replace(/[-+.]/g, '')
    .replace(/^0+|0+$/g, '');
}
