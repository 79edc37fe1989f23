/** Which destinations may be saved: all that can be known of one without calling AWS. */

import type { FieldError } from '../failure.ts';
import { isKnownRegion, parseArn, partitionOf } from './arn.ts';
import { DESTINATION_ARNS, type Destination, kindOfArn } from './destination.ts';

/** What the deployment lets the gateway do in AWS. */
export interface DestinationAccess {
  /** Where the gateway runs. */
  readonly region: string;
  /** ARNs it may send to by itself: the setting `destinations`. */
  readonly destinations: readonly string[];
  /** Roles it may take on: the setting `destinationRoles`. */
  readonly roles: readonly string[];
}

const ROLE = /^role\/[\w+=,.@/-]+$/;

/** @param at the field that held each part, for the mistakes' names */
export function checkDestination(
  destination: Destination,
  access: DestinationAccess,
  at: { readonly arn: string; readonly role: string },
): FieldError[] {
  const wrong = checkArn(destination, access, at.arn);
  const wrongRole = checkRole(destination, access, at.role);
  const errors = [wrong, wrongRole].filter((error) => error !== undefined);
  if (errors.length > 0 || destination.role !== undefined) return errors;
  if (access.destinations.includes(destination.arn)) return [];
  const detail = `the gateway may not send to ${destination.arn} by itself; add it to the setting "destinations" and deploy, or give role_arn`;
  return [{ field: at.arn, code: 'destination_not_allowed', detail }];
}

function checkArn(
  destination: Destination,
  access: DestinationAccess,
  field: string,
): FieldError | undefined {
  const { example } = DESTINATION_ARNS[destination.kind];
  const arn = parseArn(destination.arn);
  if (arn === undefined || kindOfArn(arn) !== destination.kind) {
    return { field, code: 'bad_arn', detail: `use an ARN such as ${example}` };
  }
  if (!isKnownRegion(arn.region)) {
    return { field, code: 'unknown_region', detail: `"${arn.region}" is not a region we know` };
  }
  return checkPartition(arn.partition, access, field, partitionOf(arn.region));
}

function checkRole({ role }: Destination, access: DestinationAccess, field: string): FieldError | undefined {
  if (role === undefined) return undefined;
  const arn = parseArn(role);
  if (arn === undefined || arn.service !== 'iam' || arn.region !== '' || !ROLE.test(arn.resource)) {
    return {
      field,
      code: 'bad_arn',
      detail: 'use the ARN of a role such as arn:aws:iam::123456789012:role/posthorn',
    };
  }
  const elsewhere = checkPartition(arn.partition, access, field);
  if (elsewhere !== undefined) return elsewhere;
  if (access.roles.includes(role)) return undefined;
  const detail = `the gateway may not take on ${role}; add it to the setting "destinationRoles" and deploy`;
  return { field, code: 'role_not_allowed', detail };
}

function checkPartition(
  partition: string,
  access: DestinationAccess,
  field: string,
  ofRegion = partition,
): FieldError | undefined {
  const ours = partitionOf(access.region);
  if (partition === ours && ofRegion === ours) return undefined;
  return {
    field,
    code: 'other_partition',
    detail: `this gateway runs in the partition "${ours}", and can't be let into another`,
  };
}
