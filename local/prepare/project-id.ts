import { randomBytes } from 'node:crypto';
import { newId } from '../../lambdas/domain/ids.ts';
import { ULID_RANDOM_BYTES } from '../../lambdas/domain/ulid.ts';

/** Known before the project is made: the template says whose events the brokers' are. */
export function newLocalProject(): string {
  return newId('prj', Date.now(), randomBytes(ULID_RANDOM_BYTES));
}
