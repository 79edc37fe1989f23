/** What the local mode itself keeps between runs with the same data: its key, and the secrets of its demo endpoints. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from './folder.ts';
import type { Credentials } from './prepare/messages.ts';

export interface Kept {
  readonly credentials: Credentials | undefined;
  /** Secrets the demo receiver verifies with, oldest first. */
  readonly secrets: readonly string[];
  /** Ids of the demo endpoints by their path. */
  readonly demo: Readonly<Record<string, string>>;
}

export interface KeptFile {
  readonly now: () => Kept;
  change(part: Partial<Kept>): void;
}

const NOTHING: Kept = { credentials: undefined, secrets: [], demo: {} };

/** @param dataDir absent: forgotten when the process ends */
export function keptIn(dataDir: string | undefined): KeptFile {
  const file = dataDir === undefined ? undefined : join(dataDir, 'local.json');
  let kept = file === undefined ? NOTHING : read(file);
  return {
    now: () => kept,
    change: (part) => {
      kept = { ...kept, ...part };
      if (dataDir === undefined || file === undefined) return;
      mkdirSync(dataDir, { recursive: true });
      writeAtomically(file, kept);
    },
  };
}

function read(file: string): Kept {
  try {
    return { ...NOTHING, ...JSON.parse(readFileSync(file, 'utf8')) };
  } catch {
    return NOTHING;
  }
}
