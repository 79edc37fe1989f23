/** `posthorn start`: the local mode, with its own flags. */
import type { CommandDef } from 'citty';

export function startCommand(): CommandDef {
  return {
    meta: { name: 'start', description: 'Run the whole gateway on this machine' },
    run: async ({ rawArgs }) => {
      const { main } = await import('../../local/main.ts');
      await main(rawArgs);
    },
  };
}
