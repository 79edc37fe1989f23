/** What the local mode says, to people or to programs. */
import type { Receipt } from '../demo/receiver.ts';
import type { LocalFile } from '../folder.ts';

export interface Voice {
  hello(version: string): void;
  /** Something answered: `ok  gateway API  http://...  key ...`. */
  ok(what: string, value: string, detail?: string): void;
  note(text: string): void;
  problem(text: string): void;
  /** Everything is up. */
  ready(file: LocalFile, milliseconds: number): void;
  /** @param delivery its id, when it is known here */
  receipt(receipt: Receipt, delivery: string | undefined): void;
}

/** One JSON object per line. */
export function jsonVoice(write: (line: string) => void): Voice {
  const say = (event: string, fields: object) => write(`${JSON.stringify({ event, ...fields })}\n`);
  return {
    hello: (version) => say('starting', { version }),
    ok: (what, value, detail) => say('ok', { what, value, ...(detail !== undefined && { detail }) }),
    note: (text) => say('note', { text }),
    problem: (text) => say('problem', { text }),
    ready: (file, milliseconds) => say('ready', { ...file, milliseconds }),
    receipt: (receipt, delivery) =>
      say('receipt', { ...receipt, ...(delivery !== undefined && { delivery }) }),
  };
}
