import type { Log } from '../../ports/log.ts';

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly what: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Collects its lines, oldest first. */
export function memoryLog(): Log & { readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: LogLine['level']) => (what: string, fields: LogLine['fields']) => {
    lines.push({ level, what, fields });
  };
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
}
