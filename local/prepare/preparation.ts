/** The heavy work of starting, done by a process that ends. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../root.ts';
import type { Answer, BuildRequest, Credentials, Request, SeedRequest } from './messages.ts';

export interface Preparation {
  /** Bundles the functions and synthesises the template; resolves to the template's path. */
  build(request: Omit<BuildRequest, 'do'>): Promise<string>;
  /** Makes the project and the key exist. */
  seed(request: Omit<SeedRequest, 'do'>): Promise<Credentials>;
  /** Ends the process. */
  end(): void;
}

/**
 * The template is the same with or without these. Checking it against CloudFormation's rules takes longer than making
 * it, and is done where it is deployed from and in the tests; traces of who made a construct are for error messages.
 */
const QUICK_SYNTHESIS = { CDK_VALIDATION: 'false', CDK_DISABLE_STACK_TRACE: '1' };

export function startPreparation(): Preparation {
  const child = fork(join(ROOT, 'local/prepare/child.ts'), {
    // Not this process's own: they are about its memory.
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...QUICK_SYNTHESIS },
  });
  let printed = '';
  child.stderr?.on('data', (chunk) => {
    printed += chunk;
  });
  const ask = (request: Request) =>
    new Promise<Answer>((resolve, reject) => {
      const ended = () => reject(new Error(`preparing stopped:\n${printed}`));
      child.once('exit', ended);
      child.once('message', (answer: Answer) => {
        child.off('exit', ended);
        if ('failed' in answer) reject(new Error(answer.failed));
        else resolve(answer);
      });
      child.send(request);
    });
  return {
    build: async (request) => {
      const answer = await ask({ do: 'build', ...request });
      return 'template' in answer ? answer.template : '';
    },
    seed: async (request) => {
      const answer = await ask({ do: 'seed', ...request });
      if (!('credentials' in answer)) throw new Error('no credentials came back');
      return answer.credentials;
    },
    end: () => {
      if (child.connected) child.disconnect();
    },
  };
}
