import type { SQSBatchResponse } from 'aws-lambda';
import type { BrokerRecord } from '../domain/broker/batch.ts';

/**
 * What tells Lambda which records are to come again: their items, where its kind of source can return some of a batch.
 * @throws Error where it can return whole batches only; the others are found to be the events they already are
 */
export function batchAnswer(failed: readonly BrokerRecord[]): SQSBatchResponse {
  const items = failed.map(({ item, broker }) => {
    if (item === undefined)
      throw new Error(`${failed.length} messages of ${broker.name} could not be taken in`);
    return item;
  });
  // Messages that came in one record share its item.
  const batchItemFailures = [...new Set(items)].map((itemIdentifier) => ({ itemIdentifier }));
  return { batchItemFailures };
}
