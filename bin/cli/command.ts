/** One command: its arguments, and what refuses those it does not have. */
import type { ArgsDef, CommandDef, ParsedArgs, SubCommandsDef } from 'citty';
import { type Cli, CliError } from './cli.ts';

const JSON_FLAG = {
  json: { type: 'boolean', description: 'Print JSON for programs' },
} as const satisfies ArgsDef;

/** A command whatever its arguments, as citty takes subcommands. */
export type AnyCommand = Awaited<ReturnType<Extract<SubCommandsDef[string], () => Promise<unknown>>>>;

type WithJson<T extends ArgsDef> = T & typeof JSON_FLAG;

export interface CommandSpec<T extends ArgsDef> {
  readonly name: string;
  readonly description: string;
  readonly args: T;
  readonly run: (args: ParsedArgs<WithJson<T>>, cli: Cli) => Promise<void>;
}

/** Every command takes `--json`. A typing mistake in a flag is an error, never a flag that does nothing. */
export function command<const T extends ArgsDef>(cli: Cli, spec: CommandSpec<T>): AnyCommand {
  const args: WithJson<T> = { ...spec.args, ...JSON_FLAG };
  const definition: CommandDef<WithJson<T>> = {
    meta: { name: spec.name, description: spec.description },
    args,
    run: async (context) => {
      refuseUnknown(spec.name, args, context.args);
      await spec.run(context.args, cli);
    },
  };
  return definition;
}

/** Commands of one subject: `npx posthorn keys create`. */
export function group(
  name: string,
  description: string,
  subCommands: Readonly<Record<string, AnyCommand>>,
): AnyCommand {
  return { meta: { name, description }, subCommands: { ...subCommands } };
}

function refuseUnknown(name: string, defined: ArgsDef, given: Readonly<Record<string, unknown>>): void {
  const known = new Set(['_', ...Object.keys(defined), ...Object.values(defined).flatMap(aliasesOf)]);
  const unknown = Object.keys(given).find((flag) => !known.has(flag));
  if (unknown !== undefined) {
    throw new CliError(`${name} has no flag --${unknown}. See: npx posthorn ${name} --help`, 2);
  }
  const places = Object.values(defined).filter((arg) => arg.type === 'positional').length;
  const extra = (given._ as readonly string[])[places];
  if (extra !== undefined) {
    throw new CliError(`"${extra}" is one too many. See: npx posthorn ${name} --help`, 2);
  }
}

function aliasesOf(arg: ArgsDef[string]): string[] {
  const { alias } = arg as { alias?: string | string[] };
  return alias === undefined ? [] : [alias].flat();
}
