/** From the setting `brokers` to what the function knows of them. */
import { BROKER_KINDS, type Broker, type BrokerKind, bootstrapKey } from '../domain/broker/broker.ts';
import { UNNAMED_MESSAGE_TYPE } from '../domain/broker/broker-command.ts';
import { describeFailure } from '../domain/describe-failure.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { check } from './api/check.ts';
import { readPick } from './api/read-source.ts';
import { BROKER_SCHEMAS, type BrokerSetting } from './brokers.ts';

/** AWS allows a function's environment 4 KB; what else it needs to know takes a quarter. */
export const MAX_BROKERS_BYTES = 2_800;
/** RabbitMQ's own. */
const DEFAULT_VIRTUAL_HOST = '/';

/** Every mistake, each with its place, such as `brokers[2].arn`. */
export function readBrokers(given: unknown): Result<readonly BrokerSetting[], readonly string[]> {
  if (!Array.isArray(given)) return fail(['brokers: must be a list of sources of events']);
  const read = given.map((entry: unknown, index) => readBroker(entry, `brokers[${index}]`));
  const mistakes = read.flatMap((each) => (each.ok ? [] : each.failure));
  if (mistakes.length > 0) return fail(mistakes);
  const settings = read.flatMap((each) => (each.ok ? [each.value] : []));
  const repeated = [
    ...repeats(settings, ({ name }) => name, 'name', 'another broker has it'),
    ...repeats(
      settings,
      placeOf,
      'kind',
      'Lambda reads one place for us once; another broker reads this one',
    ),
  ];
  const bytes = Buffer.byteLength(brokersText(settings));
  if (bytes > MAX_BROKERS_BYTES) {
    repeated.push(
      `brokers: all of them take ${bytes} bytes of the function's environment, and ${MAX_BROKERS_BYTES} are the most; use shorter names and paths, or a second gateway for some`,
    );
  }
  return repeated.length > 0 ? fail(repeated) : ok(settings);
}

/** What the function's environment holds. */
export function brokersText(settings: readonly BrokerSetting[]): string {
  return JSON.stringify(settings.map(toBroker));
}

function readBroker(entry: unknown, at: string): Result<BrokerSetting, readonly string[]> {
  const kind = (entry as { readonly kind?: unknown } | null)?.kind;
  if (!isKind(kind)) return fail([`${at}.kind: must be one of ${BROKER_KINDS.join(', ')}`]);
  const read = check(BROKER_SCHEMAS[kind], entry, { at: `${at}.` });
  if (read.ok) return ok(read.value as BrokerSetting);
  const { failure } = read;
  if (failure.kind !== 'invalid') return fail([`${at}: ${describeFailure(failure).detail}`]);
  return fail(failure.errors.map(({ field, detail }) => `${field}: ${detail}`));
}

function isKind(kind: unknown): kind is BrokerKind {
  return BROKER_KINDS.some((known) => known === kind);
}

function repeats(
  settings: readonly BrokerSetting[],
  of: (setting: BrokerSetting) => string,
  field: string,
  why: string,
): string[] {
  const seen = new Set<string>();
  return settings.flatMap((setting, index) => {
    const value = of(setting);
    if (!seen.has(value)) {
      seen.add(value);
      return [];
    }
    return [`brokers[${index}].${field}: ${why}`];
  });
}

/** Where it reads, by what tells its records from those of others. */
function placeOf(setting: BrokerSetting): string {
  const { kind, at, channel } = toBroker(setting);
  return [kind, at, channel].join('\n');
}

function toBroker(setting: BrokerSetting): Broker {
  const { name, kind, project_id: project, event_type, owner_id, content_type: contentType } = setting;
  return {
    name,
    kind,
    ...whereIs(setting),
    project,
    eventType:
      event_type === undefined ? { from: 'constant', value: UNNAMED_MESSAGE_TYPE } : readPick(event_type),
    ...(owner_id !== undefined && { owner: readPick(owner_id) }),
    ...(contentType !== undefined && { contentType }),
    ...(kind === 'sqs' && setting.unwrap !== undefined && { unwrap: setting.unwrap }),
    ...(kind === 'eventbridge' && setting.content === 'whole' && { whole: true as const }),
  };
}

function whereIs(setting: BrokerSetting): Pick<Broker, 'at' | 'channel'> {
  switch (setting.kind) {
    case 'eventbridge':
      return { at: setting.name };
    case 'kafka':
      return { at: bootstrapKey(setting.bootstrap_servers.join()), channel: setting.topic };
    case 'msk':
      return { at: setting.arn, channel: setting.topic };
    case 'rabbitmq':
      return {
        at: setting.arn,
        channel: `${setting.queue}::${setting.virtual_host ?? DEFAULT_VIRTUAL_HOST}`,
      };
    case 'activemq':
      return { at: setting.arn, channel: setting.queue };
    default:
      return { at: setting.arn };
  }
}
