/** Finds the command, runs it, and turns every way it can end into an exit code: 0 done, 1 did not work, 2 asked wrongly. */
import { stripVTControlCharacters } from 'node:util';
import { type CommandDef, renderUsage, runCommand, type SubCommandsDef } from 'citty';
import { type Cli, CliError, paint } from './cli.ts';

const VERSION = '0.1.0';

/** Each is loaded when it is called: `send` needs no AWS client. */
function mainCommand(cli: Cli): CommandDef {
  return {
    meta: {
      name: 'posthorn',
      version: VERSION,
      description: 'Webhooks: publish events, watch deliveries, manage receivers',
    },
    subCommands: {
      start: async () => (await import('./start.ts')).startCommand(),
      send: async () => (await import('./send.ts')).sendCommand(cli),
      tail: async () => (await import('./tail.ts')).tailCommand(cli),
      listen: async () => (await import('./listen.ts')).listenCommand(cli),
      endpoints: async () => (await import('./endpoints.ts')).endpointsCommand(cli),
      deliveries: async () => (await import('./deliveries.ts')).deliveriesCommand(cli),
      why: async () => (await import('./why.ts')).whyCommand(cli),
      sources: async () => (await import('./sources.ts')).sourcesCommand(cli),
      requests: async () => (await import('./requests.ts')).requestsCommand(cli),
      keys: async () => (await import('./keys.ts')).keysCommand(cli),
      projects: async () => (await import('./projects.ts')).projectsCommand(cli),
    },
  };
}

export async function runCli(args: readonly string[], cli: Cli): Promise<number> {
  const main = mainCommand(cli);
  try {
    if (args.length === 1 && (args[0] === '--version' || args[0] === '-v')) {
      cli.out(VERSION);
      return 0;
    }
    const [found, parent, rest] = await find(main, args);
    const asked = args[0] !== 'start' && args.some((arg) => arg === '--help' || arg === '-h');
    // Whatever runs when none is named: a name that is none is no argument of it.
    const mistyped = found.subCommands !== undefined && rest[0] !== undefined && !rest[0].startsWith('-');
    if (asked || mistyped || found.run === undefined) {
      const usage = usageText(cli, await renderUsage(found, parent));
      if (asked) cli.out(usage);
      else cli.err(rest[0] === undefined ? usage : `${usage}\n\nThere is no command "${rest[0]}" here.`);
      return asked ? 0 : 2;
    }
    // Found already: the library would take what follows a flag for the name of another command.
    const { subCommands: _, ...own } = found;
    await runCommand(own, { rawArgs: [...rest] });
    return 0;
  } catch (error) {
    return sayError(cli, error, args.includes('--json'));
  }
}

/** The library colours by the environment alone, and pads the ends of lines. */
function usageText(cli: Cli, rendered: string): string {
  const text = cli.color ? rendered : stripVTControlCharacters(rendered);
  return text.replace(/ +$/gm, '');
}

/** The command, the one it belongs to, and the arguments that are its own. */
async function find(
  main: CommandDef,
  args: readonly string[],
): Promise<[CommandDef, CommandDef | undefined, readonly string[]]> {
  let found = main;
  let parent: CommandDef | undefined;
  let rest = args;
  for (;;) {
    const subCommands = found.subCommands as SubCommandsDef | undefined;
    const name = rest[0];
    if (subCommands === undefined || name === undefined || !Object.hasOwn(subCommands, name)) {
      return [found, parent, rest];
    }
    const next = subCommands[name];
    parent = found;
    found = (typeof next === 'function' ? await next() : await next) as CommandDef;
    rest = rest.slice(1);
  }
}

function sayError(cli: Cli, error: unknown, json: boolean): number {
  const known = error instanceof CliError || (error instanceof Error && error.name === 'CLIError');
  const message = error instanceof Error ? error.message : String(error);
  const exitCode = error instanceof CliError ? error.exitCode : known ? 2 : 1;
  if (json) {
    const evidence =
      error instanceof CliError && error.evidence !== undefined ? { problem: error.evidence } : {};
    cli.err(JSON.stringify({ error: message, ...evidence }));
  } else {
    cli.err(`${paint(cli, 'red', 'x')}  ${message}`);
    // A fault of ours: whoever reports it needs more than the sentence.
    if (!known && error instanceof Error && error.stack !== undefined) cli.err(error.stack);
  }
  return exitCode;
}
