/** What publishers publish. */
import type { PublishCommand } from '../../lambdas/domain/publish-command.ts';
import type { World } from './world.ts';

const MINUTE = 60_000;
export const TYPES = ['invoice.paid', 'invoice.item.added', 'user.created'] as const;
/** A type of its own, so that only few events of a history fan out widely. */
export const BROADCAST = 'news.published';
export const OWNERS = [undefined, 'customer-1', 'customer-2'] as const;
const COUNTRIES = ['DE', 'AT', 'FR'] as const;
const PAYLOAD = '{ "a":1.0 }';

export function aCommand(world: World, type: string): PublishCommand {
  const { dice } = world;
  const owner = dice.pick(OWNERS);
  const content = dice.chance(0.5)
    ? { contentType: 'application/json', body: aJsonBody(world) }
    : { contentType: 'application/octet-stream', body: anyBytes(world) };
  const deliverAt = aDeliverAt(world, type);
  return {
    type,
    ...(owner !== undefined && { owner }),
    headers: dice.chance(0.2) ? { 'x-priority': dice.pick(['high', 'low']) } : {},
    ...content,
    ...(deliverAt !== undefined && { deliverAt }),
  };
}

/** Some are delivered later: up to four hours, or when that has passed. */
function aDeliverAt({ dice, time }: World, type: string): number | undefined {
  if (!dice.chance(type === BROADCAST ? 0.5 : 0.15)) return undefined;
  return time.now() + dice.between(0, 255) * MINUTE + dice.between(0, 60_000);
}

function anyBytes(world: World): Uint8Array {
  return Buffer.concat([world.dice.bytes(16), Buffer.alloc(paddingOf(world), PAYLOAD)]);
}

/** Something for filters to look at; what they ask for is missing now and then. */
function aJsonBody(world: World): Uint8Array {
  const { dice } = world;
  const some = <T>(value: T): T | undefined => (dice.chance(0.8) ? value : undefined);
  return Buffer.from(
    JSON.stringify({
      id: Buffer.from(dice.bytes(12)).toString('hex'),
      amount: some(dice.between(0, 1_000)),
      customer: some({ country: dice.pick(COUNTRIES) }),
      lines: some(Array.from({ length: dice.between(0, 3) }, () => ({ sku: dice.pick(['a', 'b', 'c']) }))),
      note: PAYLOAD.repeat(Math.ceil(paddingOf(world) / PAYLOAD.length)),
    }),
  );
}

/** Mostly small; some too large to ride in a task, and a few too large for the event's own record. */
function paddingOf({ dice }: World): number {
  const roll = dice.uniform();
  return roll < 0.93 ? dice.between(0, 100) : roll < 0.99 ? 9_000 : 210_000;
}
