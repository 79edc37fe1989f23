/**
 * What functions import on demand lies in files of its own beside theirs, which a cold start neither reads nor compiles:
 * compiling the SDK took half of it. esbuild would share such files between functions, and each is deployed by itself.
 */
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';

export interface OnDemand {
  /** Leaves those imports to files beside the importing one. */
  readonly plugin: Plugin;
  /** Puts into each function's folder what it imports. `metafile`: of the build that had the plugin. */
  write(directory: string, metafile: Metafile, options: BuildOptions): Promise<void>;
}

const OURS = /^\.\.?\/.*\.ts$/;

export function onDemand(): OnDemand {
  /** By file name without its ending. */
  const sources = new Map<string, string>();
  const plugin: Plugin = {
    name: 'on-demand',
    setup({ onResolve }) {
      onResolve({ filter: OURS }, ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        const source = join(resolveDir, path);
        const name = `${basename(dirname(source))}-${basename(source, '.ts')}`;
        sources.set(name, source);
        return { path: `./${name}.mjs`, external: true };
      });
    },
  };
  return {
    plugin,
    async write(directory, metafile, options) {
      const { outputFiles = [], metafile: { outputs } = metafile } = await build({
        ...options,
        entryPoints: Object.fromEntries(sources),
        // What several of them need, like the core of the SDK, is there once.
        splitting: true,
        chunkNames: 'shared-[hash]',
        outdir: directory,
        write: false,
      });
      const contents = new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
      const writes = Object.entries(metafile.outputs).flatMap(([output, { imports }]) =>
        [...reached(imports, byName(outputs))]
          .flatMap((file) => [file, `${file}.map`])
          .filter((file) => contents.has(file))
          .map((file) => writeFile(join(directory, basename(dirname(output)), file), contents.get(file)!)),
      );
      await Promise.all(writes);
    },
  };
}

type Imports = readonly { readonly path: string }[];
type Outputs = ReadonlyMap<string, { readonly imports: Imports }>;

function byName(outputs: Metafile['outputs']): Outputs {
  return new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]));
}

/** Names of the files that are imported, and of all that those import in turn. */
function reached(imports: Imports, outputs: Outputs, found = new Set<string>()): ReadonlySet<string> {
  for (const { path } of imports) {
    const name = basename(path);
    const output = outputs.get(name);
    if (output === undefined || found.has(name)) continue;
    found.add(name);
    reached(output.imports, outputs, found);
  }
  return found;
}
