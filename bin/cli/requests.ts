/** `posthorn requests`: what was called, what became of it, and what was sent. */
import { type Cli, CliError } from './cli.ts';
import { createClient, type RequestView } from './client.ts';
import { command, group } from './command.ts';
import { findGateway } from './gateway.ts';
import { requestLine } from './request-words.ts';
import { printable } from './words.ts';

const DEFAULT_LIMIT = '20';
const ID = { id: { type: 'positional', required: true, description: 'req_...' } } as const;

export function requestsCommand(cli: Cli) {
  const client = () => createClient(findGateway(cli));
  const list = command(cli, {
    name: 'list',
    description: 'Recent calls and what became of them, newest last',
    args: {
      source: { type: 'string', description: 'Of this source only', valueHint: 'ID' },
      rejected: { type: 'boolean', description: 'Only those that were refused' },
      limit: { type: 'string', alias: 'n', default: DEFAULT_LIMIT, description: 'How many' },
    },
    async run(args) {
      if (!/^[1-9]\d{0,2}$/.test(args.limit)) {
        throw new CliError(`--limit must be a number from 1 to 250, not "${args.limit}"`, 2);
      }
      const { data } = await client().requests({
        source_id: args.source,
        verdict: args.rejected === true ? 'rejected' : undefined,
        limit: args.limit,
      });
      if (data.length === 0 && !args.json) {
        cli.err('no calls lately. Those that became no event are kept for a day.');
      }
      for (const request of data.toReversed()) {
        cli.out(args.json ? JSON.stringify(request) : requestLine(cli, request));
      }
    },
  });
  return group(
    'requests',
    'Calls to sources: list, get',
    {
      list,
      get: command(cli, {
        name: 'get',
        description: 'A call with its headers and body',
        args: ID,
        async run(args) {
          const request = await client().request(args.id);
          if (args.json) return cli.out(JSON.stringify(request));
          for (const line of requestLines(cli, request)) cli.out(line);
        },
      }),
    },
    list,
  );
}

function requestLines(cli: Cli, request: RequestView): string[] {
  const { method, path, query, address, headers, body, body_base64, truncated } = request;
  const sent = Object.entries(headers ?? {}).map(
    ([name, value]) => `    ${printable(name)}: ${printable(value)}`,
  );
  const target = `${path ?? ''}${query === null || query === '' ? '' : `?${query}`}`;
  return [
    requestLine(cli, request),
    ...(method === null ? [] : [`${method} ${printable(target === '' ? '/' : target)}  from ${address}`]),
    ...sent,
    '',
    body_base64 === undefined ? printable(body ?? '') : `${body_base64}  (base64: it is no text)`,
    ...(truncated ? ['(only the beginning was kept)'] : []),
  ];
}
