/** Records of Kafka, in Amazon MSK or anywhere. https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html */
import type { Broker, BrokerMessage } from './broker.ts';
import {
  attributesOf,
  bytesAt,
  bytesOfList,
  entriesAt,
  listAt,
  numberAt,
  textAt,
  textOfBytes,
} from './fields.ts';

/**
 * The time is the producer's, unless the topic says otherwise, so nothing rests on it; it is part of the id, since a topic
 * that is made anew counts its offsets from nought again.
 */
export function kafkaMessage(_broker: Broker, record: unknown): BrokerMessage | undefined {
  const topic = textAt(record, 'topic');
  const partition = numberAt(record, 'partition');
  const offset = numberAt(record, 'offset');
  if (topic === undefined || partition === undefined || offset === undefined) return undefined;
  const key = bytesAt(record, 'key');
  const headers = listAt(record, 'headers').flatMap((header) => entriesAt({ header }, 'header'));
  const attributes = attributesOf([
    ['kafka-topic', topic],
    ['kafka-key', key && textOfBytes(key)],
    ...headers.map(([name, bytes]) => [name, headerText(bytes)] as const),
  ]);
  return {
    id: `${topic}-${partition}-${offset}-${numberAt(record, 'timestamp') ?? ''}`,
    attributes,
    // Without a value it is a tombstone: the key is gone.
    body: bytesAt(record, 'value') ?? new Uint8Array(),
  };
}

function headerText(bytes: unknown): string | undefined {
  return Array.isArray(bytes) ? textOfBytes(bytesOfList(bytes)) : undefined;
}
