/** What a command has of the world around it, so that tests can give it another one. */
import { styleText } from 'node:util';

export interface Cli {
  /** One line of result. */
  readonly out: (line: string) => void;
  /** One line for people beside the result: errors and hints. */
  readonly err: (line: string) => void;
  readonly color: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Ends early when stopped. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly stopped: AbortSignal;
  /** What must not stand in a shell's history: asked for without showing it, or all of standard input. */
  readonly readSecret: (prompt: string) => Promise<string>;
}

/** A command that can't go on, in words for whoever typed it: what is wrong, and how to mend it. */
export class CliError extends Error {
  readonly exitCode: 1 | 2;
  /** For `--json`: what a program may want to know. */
  readonly evidence: unknown;

  /** @param exitCode 1: it did not work; 2: it was asked for wrongly */
  constructor(message: string, exitCode: 1 | 2 = 1, evidence?: unknown) {
    super(message);
    this.exitCode = exitCode;
    this.evidence = evidence;
  }
}

export function paint(cli: Cli, color: 'green' | 'red' | 'yellow' | 'gray', text: string): string {
  return cli.color ? styleText(color, text, { validateStream: false }) : text;
}
