/** From a destination as the API writes it to the one that is kept, and back. */
import { DEFAULT_BUS_SOURCE, type Destination, externalIdOf } from '../../domain/destination/destination.ts';
import type { FieldError } from '../../domain/failure.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { DestinationView, DestinationFields as Fields } from './destination.ts';

type Kind = Fields['kind'];
type Name = Exclude<keyof Fields, 'kind' | 'role_arn'>;

/** The field that says where: what each kind needs. */
export const ARN_FIELD = {
  sqs: 'queue_arn',
  sns: 'topic_arn',
  eventbridge: 'event_bus_arn',
  lambda: 'function_arn',
} as const satisfies Record<Kind, Name>;

const BELONGS_TO: Readonly<Record<Kind, readonly Name[]>> = {
  sqs: ['queue_arn'],
  sns: ['topic_arn'],
  eventbridge: ['event_bus_arn', 'source'],
  lambda: ['function_arn', 'invocation'],
};

/** What the schema can't tell: which fields go together. `at` is the destination's own name. */
export function readDestination(fields: Fields, at: string): Result<Destination, readonly FieldError[]> {
  const errors = [...foreignFields(fields, at), ...missingFields(fields, at)];
  return errors.length > 0 ? fail(errors) : ok(toDestination(fields));
}

function foreignFields(fields: Fields, at: string): FieldError[] {
  const { kind, role_arn: _, ...others } = fields;
  return (Object.keys(others) as Name[])
    .filter((name) => !BELONGS_TO[kind].includes(name))
    .map((name) => ({
      field: `${at}.${name}`,
      code: 'not_allowed',
      detail: `does not go with the kind "${kind}", which takes ${BELONGS_TO[kind].join(', ')} and role_arn`,
    }));
}

function missingFields(fields: Fields, at: string): FieldError[] {
  const name = ARN_FIELD[fields.kind];
  if (fields[name] !== undefined) return [];
  return [
    { field: `${at}.${name}`, code: 'required', detail: `is missing; the kind "${fields.kind}" needs it` },
  ];
}

function toDestination(fields: Fields): Destination {
  const { kind } = fields;
  const place = {
    arn: fields[ARN_FIELD[kind]]!,
    ...(fields.role_arn !== undefined && { role: fields.role_arn }),
  };
  switch (kind) {
    case 'sqs':
    case 'sns':
      return { kind, ...place };
    case 'eventbridge':
      return { kind, ...place, source: fields.source ?? DEFAULT_BUS_SOURCE };
    case 'lambda':
      return { kind, ...place, invocation: fields.invocation ?? 'Event' };
  }
}

export function destinationView(destination: Destination, project: string): DestinationView {
  const { kind, arn, role } = destination;
  return {
    kind,
    [ARN_FIELD[kind]]: arn,
    ...(kind === 'eventbridge' && { source: destination.source }),
    ...(kind === 'lambda' && { invocation: destination.invocation }),
    role_arn: role ?? null,
    external_id: externalIdOf(project),
  };
}
