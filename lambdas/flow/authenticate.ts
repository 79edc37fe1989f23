/** Who is calling: a key names its project, so one read of each tells all. */
import type { Failure } from '../domain/failure.ts';
import { type ApiKey, parseKey, sameHash } from '../domain/key.ts';
import type { Project } from '../domain/project.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Clock } from '../ports/clock.ts';
import type { KeyReader, ProjectReader } from '../ports/config.ts';
import type { Authenticate } from '../ports/use-case.ts';
import { isFresh } from './is-fresh.ts';

/** A revoked key stops working everywhere at most this much later. */
export const KEY_CACHE_MS = 60_000;
const MAX_CACHED_KEYS = 1_000;
const BEARER = /^Bearer +(\S+)$/i;

export interface AuthenticateDeps {
  readonly keys: KeyReader;
  readonly projects: ProjectReader;
  readonly clock: Clock;
}

interface Known {
  readonly at: number;
  readonly key: ApiKey;
  readonly project: Project;
}

type Why = Extract<Failure, { kind: 'unauthenticated' }>['why'];

/** Only keys that were found are remembered: guesses can't fill the cache. */
export function createAuthenticator(deps: AuthenticateDeps): Authenticate {
  const known = new Map<string, Known>();

  async function find(token: string): Promise<Result<Known, Failure>> {
    const parsed = parseKey(token);
    if (parsed === undefined) return refused('malformed');
    const now = deps.clock.now();
    const hit = known.get(parsed.hash);
    if (hit !== undefined && isFresh(hit, now, KEY_CACHE_MS)) return ok(hit);
    known.delete(parsed.hash);
    const [key, project] = await Promise.all([
      deps.keys.key(parsed.project, parsed.id),
      deps.projects.project(parsed.project),
    ]);
    if (key === undefined || project === undefined || !sameHash(key.hash, parsed.hash)) {
      return refused('unknown');
    }
    if (key.revokedAt !== undefined) return refused('revoked');
    const found = { at: now, key, project };
    known.set(parsed.hash, found);
    if (known.size > MAX_CACHED_KEYS) known.delete(known.keys().next().value!);
    return ok(found);
  }

  return async (authorization) => {
    if (authorization === undefined || authorization.trim() === '') return refused('missing');
    const token = BEARER.exec(authorization.trim())?.[1];
    if (token === undefined) return refused('malformed');
    const found = await find(token);
    if (!found.ok) return found;
    const { key, project } = found.value;
    return ok({ project, key: key.id, scopes: key.scopes });
  };
}

function refused(why: Why): Result<never, Failure> {
  return fail({ kind: 'unauthenticated', why });
}
