/** Conditions on writes, as sentences. Only this folder knows how DynamoDB says that one did not hold. */

export interface Condition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
}

export function neverWritten(): Condition {
  return { ConditionExpression: 'attribute_not_exists(pk)' };
}

export function stillThere(): Condition {
  return { ConditionExpression: 'attribute_exists(pk)' };
}

/** The record is the one this change was made from; version 0 is a record that does not exist yet. */
export function stillAtVersion(version: number): Condition {
  if (version === 0) return neverWritten();
  return {
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: { '#version': 'n' },
    ExpressionAttributeValues: { ':version': version },
  };
}

/** Expired rows count as gone: DynamoDB deletes them up to days late. */
export function neverWrittenOrOver(now: number): Condition {
  return {
    ConditionExpression: 'attribute_not_exists(pk) OR #until <= :now',
    ExpressionAttributeNames: { '#until': 'until' },
    ExpressionAttributeValues: { ':now': now },
  };
}

/** Slots are taken from now on, and the next free one is not beyond what is given out. */
export function slotsAhead(now: number, until: number): Condition {
  return {
    ConditionExpression: 'slot BETWEEN :now AND :until',
    ExpressionAttributeValues: { ':now': now, ':until': until },
  };
}

/** All slots taken so far are past, or of a slower limit that is none any more. */
export function noSlotLeftOver(now: number, beyond: number): Condition {
  return {
    ConditionExpression: 'attribute_not_exists(slot) OR slot < :now OR slot > :beyond',
    ExpressionAttributeValues: { ':now': now, ':beyond': beyond },
  };
}

export function didNotHold(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}
