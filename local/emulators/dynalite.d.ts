declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** Times are milliseconds a table stays in a state nobody needs here. */
  export default function dynalite(options: {
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }): Server;
}
