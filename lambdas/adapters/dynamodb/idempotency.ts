import { createHash } from 'node:crypto';
import { compareClaims, type IdempotencyClaim } from '../../domain/idempotency.ts';
import type { IdempotencyStore } from '../../ports/idempotency.ts';
import { neverWrittenOrOver } from './conditions.ts';
import type { DynamoClient } from './operations.ts';
import { type ItemKey, putOurs } from './table.ts';
import { type WriteToken, writeToken } from './write-token.ts';

interface ClaimItem extends ItemKey {
  readonly v: 1;
  readonly fp: string;
  readonly val: string;
  /** Milliseconds: `expires` in seconds is for DynamoDB, which deletes late. */
  readonly until: number;
  readonly expires: number;
  readonly w: string;
}

/** Idempotency claims in the state table. Keys are callers' texts of any kind, so their digest stands for them. */
export function dynamoIdempotency(args: {
  readonly client: DynamoClient;
  readonly table: string;
  readonly token?: WriteToken;
}): IdempotencyStore {
  const token = args.token ?? writeToken;
  return {
    async claim(claim, now) {
      const answer = await putOurs(args, { ...toItem(claim, token()) }, neverWrittenOrOver(now));
      if (answer.written) return { kind: 'fresh' };
      if (answer.stored === undefined) throw new Error('an idempotency claim was there and is gone');
      return compareClaims(fromItem(claim, answer.stored as unknown as ClaimItem), claim, now);
    },
  };
}

function toItem(claim: IdempotencyClaim, w: string): ClaimItem {
  const digest = createHash('sha256').update(claim.key).digest('base64url');
  return {
    pk: `idem#${claim.project}#${digest}`,
    sk: 'i',
    v: 1,
    fp: claim.fingerprint,
    val: claim.value,
    until: claim.expiresAt,
    expires: Math.ceil(claim.expiresAt / 1000),
    w,
  };
}

function fromItem({ project, key }: IdempotencyClaim, item: ClaimItem): IdempotencyClaim {
  return { project, key, fingerprint: item.fp, value: item.val, expiresAt: item.until };
}
