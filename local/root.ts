import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folder of the package: this code runs from `local`, or built from `dist/local`. */
export const ROOT = findRoot(import.meta.dirname);

function findRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : findRoot(dirname(folder));
}
