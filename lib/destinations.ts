/** Receivers inside AWS: who may send to them, and who knows which there are. */
import { sendingAction } from '../lambdas/contract/destinations.ts';
import { ENV } from '../lambdas/contract/env.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { Settings } from './settings.ts';

/** Sending to exactly what the settings list, and taking on exactly the roles they list. */
export function grantSendToDestinations(fn: LambdaFunction, settings: Settings): void {
  const { destinations, destinationRoles } = settings;
  const byAction = Map.groupBy(destinations, (arn) => sendingAction(arn)!);
  for (const [action, arns] of byAction) fn.allow([action], arns);
  letTakeOnRoles(fn, destinationRoles);
}

function letTakeOnRoles(fn: LambdaFunction, roles: readonly string[]): void {
  if (roles.length > 0) fn.allow(['sts:AssumeRole'], roles);
}

/** Knowing them, to refuse endpoints that nothing could be sent to, and trying the roles of others. */
export function tellDestinations(fn: LambdaFunction, settings: Settings): void {
  fn.provide({
    [ENV.destinations]: settings.destinations.join(),
    [ENV.destinationRoles]: settings.destinationRoles.join(),
  });
  letTakeOnRoles(fn, settings.destinationRoles);
}
