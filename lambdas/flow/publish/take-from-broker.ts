/**
 * Messages of brokers become events. What can't be accepted is kept as a rejected request and never comes again: one bad
 * message must not hold up a stream. What failed by our own fault does.
 */
import type { BrokerRecord } from '../../domain/broker/batch.ts';
import { messageKey } from '../../domain/broker/broker.ts';
import { brokerCommand } from '../../domain/broker/broker-command.ts';
import { describeFailure } from '../../domain/describe-failure.ts';
import { type Failure, invalid } from '../../domain/failure.ts';
import { writtenOut } from '../../domain/idempotency.ts';
import { newHomedId, randomFrom } from '../../domain/ids.ts';
import { DEFAULT_EVENT_SHARDS, type Project, UNASSIGNED_PROJECT } from '../../domain/project.ts';
import type { PublishCommand } from '../../domain/publish-command.ts';
import { MAX_KEPT_REQUEST_BYTES } from '../../domain/request.ts';
import { fail, type Result } from '../../domain/result.ts';
import type { ProjectReader } from '../../ports/config.ts';
import type { Log } from '../../ports/log.ts';
import type { RequestWriter } from '../../ports/request-log.ts';
import { type PublishDeps, publishEvents } from './publish.ts';

export interface TakeFromBrokerDeps extends PublishDeps {
  readonly projects: ProjectReader;
  readonly requests: RequestWriter;
  readonly log: Log;
}

interface Read {
  readonly record: BrokerRecord;
  readonly command: Result<PublishCommand, Failure>;
}

/** The records that are to come again; never throws. */
export async function takeFromBroker(
  deps: TakeFromBrokerDeps,
  records: readonly BrokerRecord[],
): Promise<readonly BrokerRecord[]> {
  const byProject = Map.groupBy(records, ({ broker }) => broker.project);
  const failed = await Promise.all([...byProject].map(([id, some]) => ofProject(deps, id, some)));
  return failed.flat();
}

async function ofProject(
  deps: TakeFromBrokerDeps,
  id: string,
  records: readonly BrokerRecord[],
): Promise<readonly BrokerRecord[]> {
  try {
    const project = await deps.projects.project(id);
    const read = records.map((record) => ({ record, command: readRecord(deps, project, record) }));
    const refused = read.flatMap(({ record, command }) =>
      command.ok ? [] : [{ record, failure: command.failure }],
    );
    if (project !== undefined) refused.push(...(await publish(deps, project, read)));
    const kept = await Promise.all(refused.map((each) => reject(deps, project, each.record, each.failure)));
    return kept.flat();
  } catch (cause) {
    const broker = records[0]!.broker.name;
    deps.log.error('broker.fault', { broker, records: records.length, cause: String(cause) });
    return records;
  }
}

function readRecord(
  deps: TakeFromBrokerDeps,
  project: Project | undefined,
  { broker, message }: BrokerRecord,
): Result<PublishCommand, Failure> {
  if (project === undefined) return fail({ kind: 'not_found', what: 'project', id: broker.project });
  if (message === undefined) {
    return fail(invalid('message', 'bad_format', `has not the form of messages of ${broker.kind}`));
  }
  const command = brokerCommand(broker, message);
  const { id, sentAt } = message;
  if (!command.ok || id === undefined || sentAt === undefined) return command;
  const home = { region: deps.region, shards: project.eventShards };
  const own = newHomedId('evt', sentAt, randomFrom(messageKey(broker, id)), home);
  return { ok: true, value: { ...command.value, id: own } };
}

async function publish(
  deps: TakeFromBrokerDeps,
  project: Project,
  read: readonly Read[],
): Promise<{ record: BrokerRecord; failure: Failure }[]> {
  const accepted = read.flatMap(({ record, command }) =>
    command.ok ? [{ record, command: command.value }] : [],
  );
  if (accepted.length === 0) return [];
  const commands = accepted.map(({ command }) => command);
  const results = await publishEvents(deps, project, commands, 'broker');
  return results.flatMap((result, index) =>
    result.ok ? [] : [{ record: accepted[index]!.record, failure: result.failure }],
  );
}

/** Empty once it is kept; otherwise the record, to come again. */
async function reject(
  deps: TakeFromBrokerDeps,
  project: Project | undefined,
  record: BrokerRecord,
  failure: Failure,
): Promise<readonly BrokerRecord[]> {
  const { broker, message, raw } = record;
  const { detail, errors } = describeFailure(failure);
  const body = message?.body ?? Buffer.from(writtenOut(raw) ?? '');
  const receivedAt = message?.sentAt ?? deps.clock.now();
  const random =
    message?.id === undefined ? deps.random.bytes(16) : randomFrom(messageKey(broker, message.id));
  const home = { region: deps.region, shards: project?.eventShards ?? DEFAULT_EVENT_SHARDS };
  const kept = { project: project?.id ?? UNASSIGNED_PROJECT, reason: detail };
  try {
    await deps.requests.putRequest({
      ...kept,
      id: newHomedId('req', receivedAt, random, home),
      source: 'broker',
      broker: broker.name,
      messageId: message?.id ?? '',
      verdict: 'rejected',
      errors,
      body: body.subarray(0, MAX_KEPT_REQUEST_BYTES),
      truncated: body.length > MAX_KEPT_REQUEST_BYTES,
      receivedAt,
    });
    deps.log.warn('broker.rejected', { broker: broker.name, message: message?.id ?? '', ...kept });
    return [];
  } catch (cause) {
    deps.log.error('broker.fault', { broker: broker.name, records: 1, cause: String(cause) });
    return [record];
  }
}
