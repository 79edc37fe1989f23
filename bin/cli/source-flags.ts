/** A source as the flags of `posthorn sources create` describe it, in the API's fields. */
import { type Cli, CliError } from './cli.ts';
import type { GivenFlags } from './command.ts';

export const SOURCE_FLAGS = {
  preset: {
    type: 'string',
    required: true,
    description: 'How the sender signs: github, stripe, slack, hmac, none, ...',
  },
  secret: {
    type: 'string',
    description: 'As the sender shows it; - asks for it, or reads it from a pipe. May be repeated',
  },
  option: {
    type: 'string',
    description: 'An option of the preset, such as tolerance_seconds=60. May be repeated',
    valueHint: 'NAME=VALUE',
  },
  'type-header': { type: 'string', description: 'Its events are called what this header says' },
  'type-body': { type: 'string', description: 'Its events are called what this path of the body says' },
  type: { type: 'string', description: 'Its events are all called so' },
  prefix: { type: 'string', description: 'Stands before the type and a dot' },
  'owner-header': { type: 'string', description: 'This header says whose its events are' },
  'owner-body': { type: 'string', description: 'This path of the body says whose its events are' },
  owner: { type: 'string', description: 'All its events are this owner’s', valueHint: 'ID' },
  'public-url': {
    type: 'string',
    description: 'What the sender was given, when that is another address in front of ours',
  },
} as const;

/** Without the name. @throws CliError for flags that do not go together */
export async function sourceFields(cli: Cli, given: GivenFlags): Promise<Readonly<Record<string, unknown>>> {
  const last = (flag: string): string | undefined => given[flag]?.at(-1);
  const type = pickOf('type', last('type'), last('type-header'), last('type-body'), last('prefix'));
  const owner = pickOf('owner', last('owner'), last('owner-header'), last('owner-body'));
  const publicUrl = last('public-url');
  const secrets = await Promise.all((given.secret ?? []).map((secret) => secretOf(cli, secret)));
  return {
    verification: { preset: last('preset'), ...Object.fromEntries((given.option ?? []).map(optionOf)) },
    ...(secrets.length > 0 && { secrets }),
    ...(type !== undefined && { event_type: type }),
    ...(owner !== undefined && { owner_id: owner }),
    ...(publicUrl !== undefined && { public_url: publicUrl }),
  };
}

/** `-` stands for one that is not in the command. */
export async function secretOf(cli: Cli, given: string): Promise<string> {
  const secret = given === '-' ? await cli.readSecret('secret: ') : given;
  if (secret === '') throw new CliError('The secret is empty. Give it as the sender shows it.', 2);
  return secret;
}

function pickOf(
  what: string,
  value: string | undefined,
  header: string | undefined,
  body: string | undefined,
  prefix?: string,
): Readonly<Record<string, string>> | undefined {
  const places = Object.entries({ value, header, body }).filter(([, place]) => place !== undefined);
  if (places.length > 1) {
    throw new CliError(`Give one of --${what}, --${what}-header and --${what}-body.`, 2);
  }
  if (places.length === 0) {
    if (prefix === undefined) return undefined;
    throw new CliError('--prefix goes with --type-header or --type-body.', 2);
  }
  return { ...Object.fromEntries(places), ...(prefix !== undefined && { prefix }) };
}

/** Numbers, true, false and lists are written as in JSON; what is no JSON is text. */
function optionOf(text: string): readonly [string, unknown] {
  const at = text.indexOf('=');
  if (at < 1) throw new CliError(`--option is NAME=VALUE, such as tolerance_seconds=60, not "${text}"`, 2);
  const value = text.slice(at + 1);
  try {
    return [text.slice(0, at), JSON.parse(value)];
  } catch {
    return [text.slice(0, at), value];
  }
}
