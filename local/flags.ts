/** What can be asked for on the command line. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface Flags {
  /** 0: any free one. Otherwise the first to try. */
  readonly port: number;
  readonly receiverPort: number;
  /** Absent: everything is kept in memory. */
  readonly dataDir: string | undefined;
  /** Without the allowance for this machine's own addresses: the address policy is the deployed one. */
  readonly strictEgress: boolean;
  /** One JSON object per line instead of text for people. */
  readonly json: boolean;
}

export const DEFAULT_PORT = 4000;
/** The demo receiver listens this far above the API. */
const RECEIVER_OFFSET = 10;

export const USAGE = `posthorn start: the whole gateway on this machine

  --port N         API port (${DEFAULT_PORT}; the next free one if taken; 0 takes any)
  --data DIR       keep events, queues and schedules in DIR (default: in memory)
  --strict-egress  refuse private addresses as a deployment does; no demo endpoints then
  --json           one JSON object per line
  --help           this text
`;

/** @throws Error in words for whoever typed it */
export function parseFlags(args: readonly string[]): Flags | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      data: { type: 'string' },
      'strict-egress': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const port = values.port === undefined ? DEFAULT_PORT : Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535 - RECEIVER_OFFSET) {
    throw new Error(`--port must be a number from 0 to ${65_535 - RECEIVER_OFFSET}, not "${values.port}"`);
  }
  return {
    port,
    receiverPort: port === 0 ? 0 : port + RECEIVER_OFFSET,
    dataDir: values.data === undefined ? undefined : resolve(values.data),
    strictEgress: values['strict-egress'],
    json: values.json,
  };
}
