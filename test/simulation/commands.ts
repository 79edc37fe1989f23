/** What publishers publish. */
import type { PublishCommand } from '../../lambdas/domain/publish-command.ts';
import type { World } from './world.ts';

const MINUTE = 60_000;
export const TYPES = ['invoice.paid', 'invoice.item.added', 'user.created'] as const;
/** A type of its own, so that only few events of a history fan out widely. */
export const BROADCAST = 'news.published';
export const OWNERS = [undefined, 'customer-1', 'customer-2'] as const;

export function aCommand(world: World, type: string): PublishCommand {
  const { dice } = world;
  const owner = dice.pick(OWNERS);
  const body = aBody(world);
  const deliverAt = deliverAtOf(world, type, body);
  return {
    type,
    ...(owner !== undefined && { owner }),
    contentType: 'application/octet-stream',
    headers: {},
    body,
    ...(deliverAt !== undefined && { deliverAt }),
  };
}

/** Some are delivered later: up to four hours, or when that has passed. From the body, so that the dice fall as before. */
function deliverAtOf({ time }: World, type: string, body: Uint8Array): number | undefined {
  const [which = 0, minutes = 0, seconds = 0] = body;
  if (which % (type === BROADCAST ? 2 : 6) !== 0) return undefined;
  return time.now() + minutes * MINUTE + seconds * 235;
}

/** Mostly small; some too large to ride in a task, and a few too large for the event's own record. Any bytes. */
function aBody(world: World): Uint8Array {
  const { dice } = world;
  const roll = dice.uniform();
  const padding = roll < 0.93 ? dice.between(0, 100) : roll < 0.99 ? 9_000 : 210_000;
  return Buffer.concat([dice.bytes(16), Buffer.alloc(padding, '{ "a":1.0 }')]);
}
