import type { FieldError } from '../../domain/failure.ts';
import { parseHomedId } from '../../domain/ids.ts';
import { isWantedRequest, type RequestPage, type RequestQuery } from '../../domain/listing.ts';
import { cutPage } from '../../domain/paging.ts';
import type { KeptRequest, RejectedRequest } from '../../domain/request.ts';
import type { RequestReader, RequestWriter } from '../../ports/request-log.ts';
import { type PackedBytes, packBytes, unpackBytes } from './items/bytes.ts';
import { type CallRequestItem, fromCallItem, toCallItem } from './items/call-request-item.ts';
import { expiryOf, partitionsOfDay, requestKey, requestPartition } from './items/log-keys.ts';
import { newestFirst } from './newest-first.ts';
import type { DynamoClient } from './operations.ts';
import { getItem, type ItemKey, putItem, type Table } from './table.ts';

/** A refused message of the publish queue, or of a broker. */
interface RequestItem extends ItemKey, PackedBytes {
  readonly v: 1;
  readonly src: 'queue' | 'broker';
  /** The broker's name. */
  readonly br?: string;
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

/** Calls to sources, and refused messages of the publish queue, in the log table. */
export function dynamoRequestWriter(args: {
  readonly client: DynamoClient;
  readonly table: string;
  readonly retentionDays: number;
}): RequestWriter {
  return {
    putRequest: (request) => putItem(args, { ...itemOf(request, args.retentionDays) }),
  };
}

export function dynamoRequests(table: Table): RequestReader {
  return {
    async request(project, id) {
      if (parseHomedId('req', id) === undefined) return undefined;
      const item = await getItem(table, requestKey(project, id));
      return item && fromItem(item as unknown as RequestItem | CallRequestItem);
    },
    requests: (query) => pageOfRequests(table, query),
  };
}

async function pageOfRequests(table: Table, query: RequestQuery): Promise<RequestPage> {
  const partitions = partitionsOfDay(query.shards, (day, shard) =>
    requestPartition(query.project, day, shard),
  );
  const requests = decoded(newestFirst(table, { ...query, prefix: 'req', partitions }));
  return cutPage(requests, {
    ...query,
    id: (request) => request.id,
    wanted: (request) => isWantedRequest(query, request),
  });
}

async function* decoded(items: AsyncIterable<unknown>): AsyncGenerator<KeptRequest> {
  for await (const item of items) yield fromItem(item as RequestItem | CallRequestItem);
}

function itemOf(request: KeptRequest, retentionDays: number): RequestItem | CallRequestItem {
  return request.source === 'http' ? toCallItem(request, retentionDays) : toItem(request, retentionDays);
}

function fromItem(item: RequestItem | CallRequestItem): KeptRequest {
  return item.src === 'http' ? fromCallItem(item) : fromMessageItem(item);
}

function toItem(request: RejectedRequest, retentionDays: number): RequestItem {
  return {
    ...requestKey(request.project, request.id),
    v: 1,
    src: request.source,
    ...(request.broker !== undefined && { br: request.broker }),
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

function fromMessageItem(item: RequestItem): RejectedRequest {
  return {
    id: item.sk,
    project: item.pk.slice(0, item.pk.indexOf('#')),
    source: item.src,
    ...(item.br !== undefined && { broker: item.br }),
    messageId: item.mid,
    verdict: item.verdict,
    reason: item.reason,
    errors: item.errors,
    body: unpackBytes(item),
    truncated: item.cut ?? false,
    receivedAt: item.at,
  };
}
