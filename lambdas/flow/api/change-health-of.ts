import type { Endpoint } from '../../domain/endpoint.ts';
import { changeHealth, type HealthChange, type HealthDeps } from '../deliver/change-health.ts';

/** What a person's request says of an endpoint's health, and what follows from it. */
export async function changeHealthOf(
  deps: HealthDeps,
  { project, id }: Endpoint,
  change: HealthChange,
): Promise<void> {
  await changeHealth(deps, { project, endpoint: id }, await deps.health.get(id), change);
}
