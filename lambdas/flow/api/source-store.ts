/** Finding a source of the caller's project, and changing it on the version read. */
import type { Failure } from '../../domain/failure.ts';
import { isId } from '../../domain/ids.ts';
import type { Project } from '../../domain/project.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { Source } from '../../domain/source.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SourceStore } from '../../ports/config.ts';
import type { Call } from '../../ports/use-case.ts';
import { notFound } from './find.ts';

interface Deps {
  readonly clock: Clock;
  readonly sources: SourceStore;
}

const MAX_ROUNDS = 5;

export async function findSource(
  deps: Pick<Deps, 'sources'>,
  project: Project,
  id: string,
): Promise<Result<Source, Failure>> {
  const found = isId('src', id) ? await deps.sources.source(project.id, id) : undefined;
  return found === undefined ? notFound('source', id) : ok(found);
}

/** `change` may be asked several times. Giving back the source it got means: nothing to write. */
export async function changeSource(
  deps: Deps,
  call: Call,
  change: (source: Source) => Result<Source, Failure>,
): Promise<Result<Source, Failure>> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = await findSource(deps, call.project, call.params.id!);
    if (!found.ok) return found;
    const changed = change(found.value);
    if (!changed.ok || changed.value === found.value) return changed;
    const next = { ...changed.value, updatedAt: deps.clock.now(), version: found.value.version + 1 };
    if ((await deps.sources.replaceSource(next)) === 'replaced') return ok(next);
  }
  return fail({
    kind: 'conflict',
    code: 'source_changing',
    detail: 'The source is being changed by others at the same time. Try again.',
  });
}
