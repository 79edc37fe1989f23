/** Which id a published event has: publishing it again under the same key gives the same one. */
import type { Failure } from '../../domain/failure.ts';
import { fingerprint, IDEMPOTENCY_TTL_MS } from '../../domain/idempotency.ts';
import { newHomedId } from '../../domain/ids.ts';
import type { Project } from '../../domain/project.ts';
import type { PublishCommand } from '../../domain/publish-command.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { Clock, Random } from '../../ports/clock.ts';
import type { IdempotencyStore } from '../../ports/idempotency.ts';

export interface ClaimDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** Home region of new events. */
  readonly region: string;
  readonly idempotency: IdempotencyStore;
}

/** The id this command has: a new one, the one its source fixed, or the one an earlier call claimed under its key. */
export async function claimEventId(
  deps: ClaimDeps,
  project: Project,
  command: PublishCommand,
): Promise<Result<{ id: string; duplicate: boolean }, Failure>> {
  const now = deps.clock.now();
  const home = { region: deps.region, shards: project.eventShards };
  let id = command.id ?? newHomedId('evt', now, deps.random.bytes(16), home);
  let duplicate = false;
  for (const { key, field, windowMs, anyEvent } of keysOf(command)) {
    const claim = {
      project: project.id,
      key,
      fingerprint: anyEvent ? ANY_EVENT : fingerprintOf(command),
      value: id,
      expiresAt: now + windowMs,
    };
    const answer = await deps.idempotency.claim(claim, now);
    if (answer.kind === 'conflict') {
      return fail({
        kind: 'conflict',
        code: 'idempotency_key_reused',
        detail: `The ${field} was used for another event in the last 72 hours. Send the same event, or use a new one.`,
      });
    }
    if (answer.kind === 'repeat') {
      id = answer.value;
      duplicate = true;
    }
  }
  return ok({ id, duplicate });
}

interface Key {
  readonly key: string;
  /** As the publisher knows it. */
  readonly field: string;
  readonly windowMs: number;
  /** A repeat may differ from the first: its key alone says that it is one. */
  readonly anyEvent: boolean;
}

const ANY_EVENT = '*';

function keysOf({ uid, idempotencyKey, rememberAs }: PublishCommand): readonly Key[] {
  const exact = { windowMs: IDEMPOTENCY_TTL_MS, anyEvent: false };
  return [
    // First, so that what the others remember is the event that is really there.
    ...(rememberAs === undefined ? [] : [{ ...rememberAs, field: 'deduplication key', anyEvent: true }]),
    ...(uid === undefined ? [] : [{ key: `uid:${uid}`, field: 'uid', ...exact }]),
    ...(idempotencyKey === undefined ? [] : [{ key: idempotencyKey, field: 'idempotency key', ...exact }]),
  ];
}

function fingerprintOf(command: PublishCommand): string {
  const { type, owner, uid, contentType, headers, body, deliverAt } = command;
  const fields = [type, owner, uid, contentType, Object.entries(headers).sort(), deliverAt];
  // Without a time it is what it was before there were any.
  return fingerprint([JSON.stringify(deliverAt === undefined ? fields.slice(0, -1) : fields), body]);
}
