import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { FieldError } from '../../domain/failure.ts';
import { parseHomedId } from '../../domain/ids.ts';
import type { RequestPage, RequestQuery } from '../../domain/listing.ts';
import { cutPage } from '../../domain/paging.ts';
import type { RejectedRequest } from '../../domain/request.ts';
import type { RequestReader, RequestWriter } from '../../ports/request-log.ts';
import { type PackedBytes, packBytes, unpackBytes } from './bytes.ts';
import { expiryOf, partitionsOfDay, requestKey, requestPartition } from './log-keys.ts';
import { newestFirst } from './newest-first.ts';
import { getItem, type ItemKey, putItem, type Table } from './table.ts';

interface RequestItem extends ItemKey, PackedBytes {
  readonly v: 1;
  readonly src: 'queue';
  /** The queue's id of the message. */
  readonly mid: string;
  readonly verdict: 'rejected';
  readonly reason: string;
  readonly errors: readonly FieldError[];
  readonly cut?: true;
  /** Received. */
  readonly at: number;
  readonly expires: number;
}

/** Inbound calls that were refused, in the log table. */
export function dynamoRequestWriter(args: {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  readonly retentionDays: number;
}): RequestWriter {
  return {
    putRequest: (request) => putItem(args, { ...toItem(request, args.retentionDays) }),
  };
}

export function dynamoRequests(table: Table): RequestReader {
  return {
    async request(project, id) {
      if (parseHomedId('req', id) === undefined) return undefined;
      const item = await getItem(table, requestKey(project, id));
      return item && fromItem(item as unknown as RequestItem);
    },
    requests: (query) => pageOfRequests(table, query),
  };
}

async function pageOfRequests(table: Table, query: RequestQuery): Promise<RequestPage> {
  const partitions = partitionsOfDay(query.shards, (day, shard) =>
    requestPartition(query.project, day, shard),
  );
  const requests = decoded(newestFirst(table, { ...query, prefix: 'req', partitions }));
  return cutPage(requests, { ...query, id: (request) => request.id, wanted: () => true });
}

async function* decoded(items: AsyncIterable<unknown>): AsyncGenerator<RejectedRequest> {
  for await (const item of items) yield fromItem(item as RequestItem);
}

function toItem(request: RejectedRequest, retentionDays: number): RequestItem {
  return {
    ...requestKey(request.project, request.id),
    v: 1,
    src: request.source,
    mid: request.messageId,
    verdict: request.verdict,
    reason: request.reason,
    errors: request.errors,
    ...packBytes(request.body),
    ...(request.truncated && { cut: true }),
    at: request.receivedAt,
    expires: expiryOf('req', request.id, retentionDays),
  };
}

function fromItem(item: RequestItem): RejectedRequest {
  return {
    id: item.sk,
    project: item.pk.slice(0, item.pk.indexOf('#')),
    source: item.src,
    messageId: item.mid,
    verdict: item.verdict,
    reason: item.reason,
    errors: item.errors,
    body: unpackBytes(item),
    truncated: item.cut ?? false,
    receivedAt: item.at,
  };
}
