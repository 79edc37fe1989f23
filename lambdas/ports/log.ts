/** One wide line per thing that happened. Field values never hold bodies, secrets or header values. */
export interface Log {
  info(what: string, fields: Readonly<Record<string, unknown>>): void;
  warn(what: string, fields: Readonly<Record<string, unknown>>): void;
  error(what: string, fields: Readonly<Record<string, unknown>>): void;
}
