/** Endpoints with people to mail, some of which go down; and what these people must have got in the end. */
import { untold } from '../../lambdas/domain/alerts/record.ts';
import { addEndpoint, addProject } from './cast.ts';
import { aCommand } from './commands.ts';
import { publishOverHttp } from './publishers.ts';
import { alwaysDown, downUntil, healthy } from './receivers.ts';
import type { Scenario } from './scenario.ts';
import type { World } from './world.ts';

const MINUTE = 60_000;
/** A storm takes a third of an hour, and what it refused is tried again for some time after. */
const SURELY_SEEN_MS = 60 * MINUTE;

export const failingEndpoints: Scenario = async (world, gateway) => {
  const { dice, time } = world;
  const project = await addProject(world);
  const receivers = [
    alwaysDown,
    downUntil(dice.between(30, 300) * MINUTE),
    downUntil(dice.between(1, 10) * MINUTE),
    healthy,
  ];
  for (const receiver of receivers) {
    const endpoint = await addEndpoint(world, project, receiver, ['*']);
    const named = { ...endpoint, alertEmails: [mailboxOf(endpoint.id)], version: 2 };
    await world.stores.config.replaceEndpoint(named);
  }
  for (let left = dice.between(15, 30); left > 0; left--) {
    const command = { ...aCommand(world, 'invoice.paid'), idempotencyKey: `h:${dice.between(0, 1e9)}` };
    const at = time.now() + dice.between(0, 10 * MINUTE);
    time.at(at, () => void publishOverHttp(world, gateway, project, command));
  }
};

function mailboxOf(endpoint: string): string {
  return `${endpoint}@owners.example`;
}

export interface Told {
  /** Endpoints that were down for long and whose people were never told. */
  readonly untold: readonly string[];
  /** Mails that say what an earlier one said, beyond what faults of the sender explain. */
  readonly twice: readonly string[];
  readonly mails: number;
}

/** At least one mail for a long outage, at most one for each incident and stage. */
export async function judgeMails(world: World): Promise<Told> {
  const silent: string[] = [];
  const twice: string[] = [];
  for (const { endpoint } of world.sites.values()) {
    const mails = world.mails.filter(({ to }) => to.includes(mailboxOf(endpoint.id)));
    const outages = world.circuits
      .outagesOf(endpoint.id)
      .filter(({ from, until }) => until - from > SURELY_SEEN_MS);
    if (outages.length > 0 && !mails.some(({ subject }) => FAILS.test(subject))) silent.push(endpoint.id);
    const said = new Map<string, number>();
    for (const mail of mails) said.set(essence(mail.text), (said.get(essence(mail.text)) ?? 0) + 1);
    const repeats = [...said.values()].reduce((sum, times) => sum + times - 1, 0);
    if (repeats > (world.alertTroubles.get(endpoint.id) ?? 0)) twice.push(`${endpoint.id}: ${repeats}`);
    const record = (await world.stores.alerts.alertRecord(endpoint.id)) ?? untold(endpoint.id);
    if (record.pending.length > 0) silent.push(`${endpoint.id} has alerts that were written and never sent`);
  }
  return { untold: silent, twice, mails: world.mails.length };
}

const FAILS = /fails|disabled/;

/** What happened and since when; how many wait may differ between two tries. */
function essence(text: string): string {
  return text
    .split('\n')
    .filter((line, index) => index === 0 || line.startsWith('Since: ') || line.includes(': evt_'))
    .map((line) => line.replace(/ \(.*\)$/, ''))
    .join('\n');
}
