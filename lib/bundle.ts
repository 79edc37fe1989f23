/**
 * Bundles every Lambda function in one go, for deploying and for running on one machine alike.
 * `node lib/bundle.ts` does it from the command line.
 */
import { rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { FUNCTIONS, type FunctionName } from '../lambdas/contract/functions.ts';
import { onDemand } from './on-demand.ts';

/** What a function starts as a process of its own, beside its code: file name and source. */
const COMPANIONS: Readonly<Partial<Record<FunctionName, Readonly<Record<string, string>>>>> = {
  api: { evaluator: 'lambdas/adapters/jsonata/evaluator.ts' },
  deliver: { evaluator: 'lambdas/adapters/jsonata/evaluator.ts' },
};

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Where bundles go unless told otherwise: one folder per function, named as the function. */
export const BUNDLE_DIRECTORY = join(ROOT, 'dist', 'functions');

/** Parts of the AWS SDK `require` optional packages and expect to be told that there are none; an ES module has no `require`. */
const REQUIRE_BANNER =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/**
 * Built-in modules are fetched when the code that uses them runs. As `import` statements those of every library would
 * be loaded before the first line of ours, also for what is loaded on demand: a fifth of a cold start.
 */
const BUILT_INS_ON_DEMAND: Plugin = {
  name: 'built-ins-on-demand',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ path }) =>
      isBuiltin(path) ? { path, namespace: 'built-in' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'built-in' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};

export interface Bundled {
  readonly directory: string;
  readonly milliseconds: number;
  /** Bytes of each function's code: what a cold start reads. */
  readonly sizes: Readonly<Record<string, number>>;
}

const OPTIONS = {
  absWorkingDir: ROOT,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // The default prefers CommonJS, which can't be shaken: twice the size, and cold starts pay for it.
  mainFields: ['module', 'main'],
  minify: true,
  // Beside the code for whoever reads a stack trace; left out of what is deployed.
  sourcemap: 'external',
  banner: { js: REQUIRE_BANNER },
  metafile: true,
  logLevel: 'silent',
} as const satisfies BuildOptions;

/**
 * @param directory emptied first, so that a function that is no more leaves nothing behind
 * @throws with esbuild's messages when a handler does not build
 */
export async function bundle(directory: string = BUNDLE_DIRECTORY): Promise<Bundled> {
  const start = performance.now();
  const names = Object.values(FUNCTIONS);
  await rm(directory, { recursive: true, force: true });
  const later = onDemand();
  const { metafile } = await build({
    ...OPTIONS,
    entryPoints: Object.fromEntries(names.flatMap(filesOf)),
    outdir: directory,
    plugins: [BUILT_INS_ON_DEMAND, later.plugin],
  });
  await later.write(directory, metafile, { ...OPTIONS, plugins: [BUILT_INS_ON_DEMAND] });
  const outputs = Object.entries(metafile.outputs).filter(([file]) => file.endsWith('/index.mjs'));
  return {
    directory,
    milliseconds: Math.round(performance.now() - start),
    sizes: Object.fromEntries(outputs.map(([file, { bytes }]) => [dirname(file).split('/').at(-1), bytes])),
  };
}

/** Output files without their ending, and what each is made of. */
function filesOf(name: FunctionName): [file: string, source: string][] {
  const companions = Object.entries(COMPANIONS[name] ?? {});
  return [
    [`${name}/index`, `lambdas/handlers/${name}.ts`],
    ...companions.map(([file, source]): [string, string] => [`${name}/${file}`, source]),
  ];
}

if (import.meta.main) {
  const { sizes, milliseconds } = await bundle();
  for (const [name, bytes] of Object.entries(sizes)) {
    console.log(`${name.padEnd(14)} ${(bytes / 1024).toFixed(0).padStart(5)} KiB`);
  }
  console.log(`bundled in ${milliseconds} ms`);
}
