/** `POST /v1/sources/{id}/rotate_secret`: another secret is believed, the older ones beside it for a while. */
import { checkText } from '../../contract/api/check.ts';
import { rotateSourceSecret as rotateSchema } from '../../contract/api/sources.ts';
import { DEFAULT_ROTATION_OVERLAP_SECONDS } from '../../domain/endpoint.ts';
import type { Failure } from '../../domain/failure.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import { rotateSourceSecret, type Source } from '../../domain/source.ts';
import type { SourceStore } from '../../ports/config.ts';
import type { Call } from '../../ports/use-case.ts';
import { claimOnce, type OnceDeps } from './once.ts';
import { changeSource, findSource } from './source-store.ts';

interface Deps extends OnceDeps {
  readonly sources: SourceStore;
}

/** A repeat finds what the first did; it must not put its secret before one that came since. */
export async function rotateSecretOfSource(deps: Deps, call: Call): Promise<Result<Source, Failure>> {
  const found = await findSource(deps, call.project, call.params.id!);
  if (!found.ok) return found;
  const fields = checkText(rotateSchema, call.text);
  if (!fields.ok) return fields;
  const { secret, overlap_seconds: overlap = DEFAULT_ROTATION_OVERLAP_SECONDS } = fields.value;
  const claimed = await claimOnce(deps, call, 'rotateSourceSecret', String(found.value.version));
  if (!claimed.ok) return claimed;
  const { value: version, repeat } = claimed.value;
  return changeSource(deps, call, (source) => {
    if (repeat && source.version !== Number(version)) {
      return source.secrets.some(({ key }) => key === secret) ? ok(source) : changedSince();
    }
    return ok(rotateSourceSecret(source, secret, deps.clock.now(), overlap));
  });
}

function changedSince(): Result<never, Failure> {
  return fail({
    kind: 'conflict',
    code: 'source_changed',
    detail: 'The source was changed since this Idempotency-Key was first used. Rotate with a new key.',
  });
}
