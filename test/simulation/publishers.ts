/** Applications that publish: they repeat a call that failed, with the same idempotency key, until it is accepted. */
import { newHomedId, randomFrom } from '../../lambdas/domain/ids.ts';
import { type Project, UNASSIGNED_PROJECT } from '../../lambdas/domain/project.ts';
import type { PublishCommand } from '../../lambdas/domain/publish-command.ts';
import type { Answer } from '../../lambdas/ports/use-case.ts';
import type { Gateway } from './gateway.ts';
import { REGION } from './wiring.ts';
import type { World } from './world.ts';

/** With these pauses, more tries than a storm has room for. */
const MAX_TRIES = 60;
const MAX_PAUSE_MS = 60_000;

/** `POST /v1/events`. Without a key the caller tries once and takes an error for an answer. */
export async function publishOverHttp(
  world: World,
  gateway: Gateway,
  project: Project,
  command: PublishCommand,
): Promise<void> {
  const from = world.time.now();
  world.published.add(command.body);
  const { idempotencyKey } = command;
  const tries = idempotencyKey === undefined ? 1 : MAX_TRIES;
  const call = {
    project,
    params: {},
    query: {},
    text: asJson(command),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  };
  for (let attempt = 0; attempt < tries; attempt++) {
    try {
      const result = await gateway.publish.run((useCases) => useCases.publishEvent(call));
      if (result.ok) promise(world, project, command, idIn(result.value), from);
      else
        world.history.violate(
          'no accepted event is lost',
          `a valid event was refused: ${JSON.stringify(result)}`,
        );
      return;
    } catch {
      await world.time.sleep(world.dice.between(50, Math.min(1_000 * 2 ** attempt, MAX_PAUSE_MS)));
    }
  }
  if (tries === MAX_TRIES)
    world.history.violate('everything comes to rest', 'a publisher was never answered');
}

/** A message on the publish queue: taken is accepted. */
export function publishOverQueue(world: World, project: Project, command: PublishCommand): void {
  const now = world.time.now();
  world.published.add(command.body);
  const message = world.queues.publish.send(asJson(command, { project_id: project.id }));
  const home = { region: REGION, shards: project.eventShards };
  promise(world, project, command, newHomedId('evt', now, randomFrom(message), home), now);
}

/** What can be no event, whoever sent it. */
export function publishNonsense({ queues, dice, history }: World, project: Project): void {
  const ours = `"project_id":"${project.id}"`;
  const [claimed, text] = dice.pick([
    [UNASSIGNED_PROJECT, ''],
    [UNASSIGNED_PROJECT, `{${ours}`],
    [UNASSIGNED_PROJECT, '[]'],
    [UNASSIGNED_PROJECT, '{"project_id":"prj_01KAS0000000000000000000","type":"invoice.paid","data":{}}'],
    [UNASSIGNED_PROJECT, '{"type":"invoice.paid","data":{}}'],
    [project.id, `{${ours},"type":"no type","data":{}}`],
    [project.id, `{${ours},"type":"invoice.paid"}`],
    [project.id, `{${ours},"type":"invoice.paid","data":{},"unheard_of":true}`],
    [project.id, `{${ours},"type":"invoice.paid","data":"${'x'.repeat(1_100_000)}"}`],
    [UNASSIGNED_PROJECT, '{"v":1,"kind":"fanout","project":"","event":"evt_1"}'],
  ] as const);
  history.refused.push({ message: queues.publish.send(text), project: claimed });
}

/** JSON as `data`, character for character; anything else in base64. */
function asJson(command: PublishCommand, more: Readonly<Record<string, string>> = {}): string {
  const { type, owner, headers, contentType, body, deliverAt } = command;
  const fields = {
    ...more,
    type,
    ...(owner !== undefined && { owner_id: owner }),
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(deliverAt !== undefined && { deliver_at: new Date(deliverAt).toISOString() }),
  };
  if (contentType === 'application/json') {
    return `${JSON.stringify(fields).slice(0, -1)}, "data": ${Buffer.from(body).toString()}}`;
  }
  const base64 = Buffer.from(body).toString('base64');
  return JSON.stringify({ ...fields, body_base64: base64, content_type: contentType });
}

function idIn(answer: Answer): string {
  return (answer.body as { readonly id: string }).id;
}

function promise(world: World, project: Project, command: PublishCommand, event: string, from: number): void {
  const { history, published, time } = world;
  history.trace(() => `${event} is accepted`);
  const wrong = published.faultOf(event, command.body);
  if (wrong !== undefined) history.violate('same id and bytes on every attempt', `${event}: ${wrong}`);
  history.promised.push({
    project: project.id,
    event,
    type: command.type,
    headers: command.headers,
    body: command.body,
    ...(command.owner !== undefined && { owner: command.owner }),
    ...(command.deliverAt !== undefined && { deliverAt: command.deliverAt }),
    from,
    until: time.now(),
  });
}
