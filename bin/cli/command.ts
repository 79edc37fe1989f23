/** One command: its arguments, and what refuses those it does not have. */
import { parseArgs } from 'node:util';
import type { ArgsDef, CommandDef, ParsedArgs, SubCommandsDef } from 'citty';
import { type Cli, CliError } from './cli.ts';

const JSON_FLAG = {
  json: { type: 'boolean', description: 'Print JSON for programs' },
} as const satisfies ArgsDef;

/** A command whatever its arguments, as citty takes subcommands. */
export type AnyCommand = Awaited<ReturnType<Extract<SubCommandsDef[string], () => Promise<unknown>>>>;

type WithJson<T extends ArgsDef> = T & typeof JSON_FLAG;

export type GivenFlags = Readonly<Record<string, readonly string[] | undefined>>;

export interface CommandSpec<T extends ArgsDef> {
  readonly name: string;
  readonly description: string;
  readonly args: T;
  /** `given`: every value of each flag, for those that may be repeated. */
  readonly run: (args: ParsedArgs<WithJson<T>>, cli: Cli, given: GivenFlags) => Promise<void>;
}

/** Every command takes `--json`. A typing mistake in a flag is an error, never a flag that does nothing. */
export function command<const T extends ArgsDef>(cli: Cli, spec: CommandSpec<T>): AnyCommand {
  const args: WithJson<T> = { ...spec.args, ...JSON_FLAG };
  const definition: CommandDef<WithJson<T>> = {
    meta: { name: spec.name, description: spec.description },
    args,
    run: async (context) => {
      const given = givenFlags(args, context.rawArgs);
      refuseUnknown(spec.name, args, context.args, given);
      await spec.run(context.args, cli, given);
    },
  };
  return definition;
}

/**
 * Commands of one subject: `npx posthorn keys create`.
 * @param byDefault which of them is meant when none is named
 */
export function group(
  name: string,
  description: string,
  subCommands: Readonly<Record<string, AnyCommand>>,
  byDefault?: AnyCommand,
): AnyCommand {
  const { args, run } = byDefault ?? {};
  return {
    meta: { name, description },
    subCommands: { ...subCommands },
    ...(args !== undefined && { args }),
    ...(run !== undefined && { run }),
  };
}

function refuseUnknown(
  name: string,
  defined: ArgsDef,
  parsed: Readonly<Record<string, unknown>>,
  given: GivenFlags,
): void {
  const known = new Set(['_', ...Object.keys(defined), ...Object.values(defined).flatMap(aliasesOf)]);
  // The library adds those, for programs to read.
  const inCamelCase = Object.keys(defined).map((flag) => flag.replace(/-./g, (one) => one[1]!.toUpperCase()));
  for (const flag of inCamelCase) if (given[flag] === undefined) known.add(flag);
  const unknown = Object.keys(parsed).find((flag) => !known.has(flag));
  if (unknown !== undefined) {
    throw new CliError(`${name} has no flag --${unknown}. See: npx posthorn ${name} --help`, 2);
  }
  const places = Object.values(defined).filter((arg) => arg.type === 'positional').length;
  const extra = (parsed._ as readonly string[])[places];
  if (extra !== undefined) {
    throw new CliError(`"${extra}" is one too many. See: npx posthorn ${name} --help`, 2);
  }
}

/** The library keeps the last of a repeated flag only. */
function givenFlags(defined: ArgsDef, rawArgs: readonly string[]): GivenFlags {
  const named = Object.entries(defined).filter(([, { type }]) => type !== 'positional');
  const options = Object.fromEntries(
    named.map(([flag, { type }]) => {
      const isText = type !== 'boolean';
      return [flag, { type: isText ? ('string' as const) : ('boolean' as const), multiple: true }];
    }),
  );
  const { values } = parseArgs({ args: [...rawArgs], options, allowPositionals: true, strict: false });
  return Object.fromEntries(
    Object.entries(values).map(([flag, value]) => [flag, [value].flat().map((one) => String(one))]),
  );
}

function aliasesOf(arg: ArgsDef[string]): string[] {
  const { alias } = arg as { alias?: string | string[] };
  return alias === undefined ? [] : [alias].flat();
}
