import { beyondSlots } from '../../domain/limits/rate.ts';
import type { RateMeter, WantedSlots } from '../../ports/rate.ts';
import { didNotHold, noSlotLeftOver, slotsAhead } from './conditions.ts';
import { getItem, type ItemKey, type Table } from './table.ts';

/** A meter nobody used for a day starts anew. */
const KEPT_SECONDS = 86_400;
/** Somebody else took slots between the look and the update. */
const TRIES = 5;

/**
 * Next free slots in the state table: one update a batch. DynamoDB can't take the larger of two numbers, so an update
 * either goes on from the stored slot or starts at now. A look tells which: it costs a tenth of an update that fails.
 */
export function dynamoRateMeter(table: Table): RateMeter {
  return {
    async take(wanted) {
      const { endpoint, intervalMs, now, until } = wanted;
      const beyond = wanted.beyond ?? beyondSlots(until, intervalMs);
      for (let tries = 0; tries < TRIES; tries++) {
        const free = (await getItem(table, keyOf(endpoint), tries === 0 ? 'eventually' : 'strongly'))?.slot;
        const first = typeof free === 'number' && free <= beyond ? Math.max(free, now) : now;
        if (first > until) return undefined;
        const next = await update(table, wanted, first === free);
        if (next !== undefined) return next;
      }
      return undefined;
    },
  };
}

function keyOf(endpoint: string): ItemKey {
  return { pk: `rate#${endpoint}`, sk: 'r' };
}

/** Undefined when the stored slot is not where it was thought to be. */
async function update(table: Table, wanted: WantedSlots, ahead: boolean): Promise<number | undefined> {
  const { endpoint, count, intervalMs, now, until, beyond = beyondSlots(until, intervalMs) } = wanted;
  const condition = ahead ? slotsAhead(now, until) : noSlotLeftOver(now, beyond);
  const step = count * intervalMs;
  try {
    const answer = await table.client.update({
      TableName: table.table,
      Key: keyOf(endpoint),
      UpdateExpression: `SET slot = ${ahead ? 'slot + :step' : ':step'}, v = :v, expires = :expires`,
      ...condition,
      ExpressionAttributeValues: {
        ...condition.ExpressionAttributeValues,
        ':step': ahead ? step : now + step,
        ':v': 1,
        ':expires': Math.ceil((until + step) / 1000) + KEPT_SECONDS,
      },
      ReturnValues: 'UPDATED_NEW',
    });
    return answer.Attributes?.slot as number;
  } catch (error) {
    if (didNotHold(error)) return undefined;
    throw error;
  }
}
