/** `POST /v1/endpoints/{id}/rotate_secret`: a new current secret, the old one signing beside it for a while. */
import { createHmac } from 'node:crypto';
import { checkText } from '../../contract/api/check.ts';
import { rotateSecret as rotateSecretSchema } from '../../contract/api/signing-secret.ts';
import { DEFAULT_ROTATION_OVERLAP_SECONDS, type Endpoint, rotateSecret } from '../../domain/endpoint.ts';
import type { Failure } from '../../domain/failure.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import { formatSecret } from '../../domain/sign.ts';
import type { Random } from '../../ports/clock.ts';
import type { Call, UseCase } from '../../ports/use-case.ts';
import { type ChangeDeps, changeEndpoint } from './change-endpoint.ts';
import { findEndpoint } from './find.ts';
import { claimOnce, type OnceDeps } from './once.ts';
import { isoTime } from './views.ts';

export interface RotateSecretDeps extends ChangeDeps, OnceDeps {
  readonly random: Random;
}

const NONCE_BYTES = 16;

/**
 * A repeat must find the same secret, and the record of the idempotency key must not hold one: it holds a nonce,
 * from which the project's own secret makes it again, and the version of the endpoint that was to be changed.
 */
export function rotateSecretUseCase(deps: RotateSecretDeps): UseCase {
  return async (call) => {
    const fields = checkText(rotateSecretSchema, call.text, { mayBeEmpty: true });
    if (!fields.ok) return fields;
    const found = await findEndpoint(deps, call.project, call.params.id!);
    if (!found.ok) return found;
    const nonce = Buffer.from(deps.random.bytes(NONCE_BYTES)).toString('base64url');
    const claimed = await claimOnce(deps, call, 'rotateSecret', `${found.value.version} ${nonce}`);
    if (!claimed.ok) return claimed;
    const [version, seed] = claimed.value.value.split(' ') as [string, string];
    const key = fields.value.secret ?? secretFrom(call, seed);
    const overlap = fields.value.overlap_seconds ?? DEFAULT_ROTATION_OVERLAP_SECONDS;
    const changed = await changeEndpoint(deps, call, (endpoint) => {
      const done = claimed.value.repeat ? endpoint.secrets : endpoint.secrets.slice(0, 1);
      if (done.some((secret) => secret.key === key)) return ok(endpoint);
      if (claimed.value.repeat && endpoint.version !== Number(version)) return changedSince();
      // Going back to an older secret must not list it twice.
      const others = { ...endpoint, secrets: endpoint.secrets.filter((secret) => secret.key !== key) };
      return ok(rotateSecret(others, key, deps.clock.now(), overlap));
    });
    return changed.ok ? ok({ status: 200, body: rotatedView(changed.value, key) }) : changed;
  };
}

function secretFrom(call: Call, seed: string): string {
  const hmac = createHmac('sha256', Buffer.from(call.project.cursorSecret, 'base64'));
  return formatSecret(hmac.update(`signing secret ${call.params.id} ${seed}`).digest());
}

function rotatedView(endpoint: Endpoint, key: string) {
  const ends = endpoint.secrets.flatMap(({ expiresAt }) => (expiresAt === undefined ? [] : [expiresAt]));
  return {
    id: endpoint.id,
    secret: key,
    previous_secrets_sign_until: ends.length === 0 ? null : isoTime(Math.max(...ends)),
  };
}

function changedSince(): Result<never, Failure> {
  return fail({
    kind: 'conflict',
    code: 'endpoint_changed',
    detail: 'The endpoint was changed since this Idempotency-Key was first used. Rotate with a new key.',
  });
}
