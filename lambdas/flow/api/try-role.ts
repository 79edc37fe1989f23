/** Whether a role lets this project in, and no other one: tried before an endpoint that names it is saved. */
import { type Destination, externalIdOf } from '../../domain/destination/destination.ts';
import { meaningOfRoleRefusal, refusalOf } from '../../domain/destination/failure.ts';
import { type Failure, invalid } from '../../domain/failure.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { AssumeRole } from '../../ports/destinations.ts';

export interface TryRoleDeps {
  readonly assumeRole: AssumeRole;
}

const FIELD = 'destination.role_arn';
const TIME_LIMIT_MS = 5_000;
const RETRY_AFTER_SECONDS = 5;
/** No project has this one: a role that takes it takes that of any project. It begins as theirs do, for patterns. */
const NOBODY = externalIdOf('prj_nobody');

/** Twice at once: as ourselves, which has to succeed, and as nobody, which must not. What comes of it is not kept. */
export async function tryRole(
  { assumeRole }: TryRoleDeps,
  { role }: Pick<Destination, 'role'>,
  project: string,
): Promise<Result<undefined, Failure>> {
  if (role === undefined) return ok(undefined);
  const externalId = externalIdOf(project);
  const signal = AbortSignal.timeout(TIME_LIMIT_MS);
  const refusals = [externalId, NOBODY].map(async (id) => {
    try {
      await assumeRole(role, id, signal);
      return undefined;
    } catch (error) {
      return meaningOfRoleRefusal(refusalOf(error));
    }
  });
  const [own, nobodys] = await Promise.all(refusals);
  const ours = [own, nobodys].find((refusal) => refusal?.error === 'our_fault');
  if (ours !== undefined) {
    const detail = `The role could not be tried: ${ours.detail}. Send the request again.`;
    return fail({ kind: 'unavailable', detail, retryAfterSeconds: RETRY_AFTER_SECONDS });
  }
  if (own !== undefined) {
    const detail = `can't be taken on (${own.detail}); let its trust policy allow sts:AssumeRole to DeliveryRoleArn and ApiRoleArn of the stack's outputs, with sts:ExternalId "${externalId}"`;
    return fail(invalid(FIELD, 'role_not_assumable', detail));
  }
  if (nobodys !== undefined) return ok(undefined);
  const detail = `lets any project in; its trust policy has to ask for sts:ExternalId "${externalId}"`;
  return fail(invalid(FIELD, 'role_without_external_id', detail));
}
