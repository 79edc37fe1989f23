import type { MatchChunk, MatchChunks } from '../../ports/event-log.ts';
import { neverWritten } from './conditions.ts';
import { packMatched, unpackMatched } from './items/event-item.ts';
import { chunkKey, expiryOf } from './items/log-keys.ts';
import type { DynamoClient } from './operations.ts';
import { getItem, type ItemKey, putIf, query } from './table.ts';

interface ChunkItem extends ItemKey {
  readonly v: 1;
  readonly prj: string;
  readonly i: number;
  readonly m: string;
  readonly via?: string;
  readonly next?: string;
  readonly expires: number;
}

const LAST_INDEX = 99_999;

/** Chunks of an event's matches in the log table. */
export function dynamoMatchChunks(args: {
  readonly client: DynamoClient;
  readonly table: string;
  readonly retentionDays: number;
}): MatchChunks {
  return {
    async putChunk(chunk) {
      const item = toItem(chunk, args.retentionDays);
      if (await putIf(args, { ...item }, neverWritten())) return chunk;
      const stored = await getItem(args, item);
      if (stored === undefined) throw new Error(`a chunk of ${chunk.event} was there and is gone`);
      return fromItem(stored as unknown as ChunkItem);
    },
    async chunks(project, event, after, limit) {
      const from = chunkKey(project, event, after + 1);
      const to = chunkKey(project, event, LAST_INDEX);
      const items = await query(args, { pk: from.pk, from: from.sk, to: to.sk }, limit);
      return items.map((item) => fromItem(item as unknown as ChunkItem));
    },
  };
}

function toItem(chunk: MatchChunk, retentionDays: number): ChunkItem {
  return {
    ...chunkKey(chunk.project, chunk.event, chunk.index),
    v: 1,
    prj: chunk.project,
    i: chunk.index,
    ...packMatched(chunk),
    ...(chunk.next !== undefined && { next: chunk.next }),
    expires: expiryOf('evt', chunk.event, retentionDays, chunk.deliverAt),
  };
}

function fromItem(item: ChunkItem): MatchChunk {
  return {
    project: item.prj,
    event: item.sk.slice(0, item.sk.indexOf('#')),
    index: item.i,
    ...unpackMatched(item.m, item.via),
    ...(item.next !== undefined && { next: item.next }),
  };
}
