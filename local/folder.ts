/** `.posthorn` in the current folder: what scripts read, logs, and this run's build. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** What `.posthorn/local.json` says while the local mode runs. */
export interface LocalFile {
  readonly pid: number;
  /** With `/v1`. */
  readonly api: string;
  readonly key: string;
  readonly project_id: string;
  readonly publish_queue_url: string;
  readonly dashboard: string;
  readonly receiver: string;
  readonly mail: string;
  readonly config_table: string;
  readonly log_table: string;
  readonly state_table: string;
  readonly aws_endpoints: Readonly<Record<'dynamodb' | 'sqs' | 's3' | 'sns' | 'scheduler' | 'sesv2', string>>;
  readonly data: string | null;
}

export interface Folder {
  readonly logs: string;
  /** Empty, for this process alone. */
  readonly build: string;
  /** Another local mode that runs in the same folder. */
  readonly running: LocalFile | undefined;
  publish(file: LocalFile): void;
  /** Removes what is this run's. */
  clear(): void;
}

export function openFolder(path = resolve('.posthorn')): Folder {
  const logs = join(path, 'logs');
  const build = join(path, `build-${process.pid}`);
  const localFile = join(path, 'local.json');
  mkdirSync(path, { recursive: true });
  for (const name of readdirSync(path)) {
    const pid = /^build-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid)))
      rmSync(join(path, name), { recursive: true, force: true });
  }
  const earlier = readLocalFile(localFile);
  const running = earlier !== undefined && isAlive(earlier.pid) ? earlier : undefined;
  // Logs are of the last run: under load they grow by gigabytes a day.
  if (running === undefined) rmSync(logs, { recursive: true, force: true });
  mkdirSync(logs, { recursive: true });
  return {
    logs,
    build,
    running,
    publish: (file) => writeAtomically(localFile, file),
    clear: () => {
      rmSync(build, { recursive: true, force: true });
      if (readLocalFile(localFile)?.pid === process.pid) rmSync(localFile, { force: true });
    },
  };
}

/** Readers never see half a file, and only this user reads it: it holds a key. */
export function writeAtomically(path: string, value: unknown): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}

function readLocalFile(path: string): LocalFile | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as LocalFile;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
