/** Makes the template's tables, queues and buckets exist in the stand-ins. Repeating it changes nothing. */
import { AwsError, callAws } from '../aws-json.ts';
import { queueOfTopic } from '../sns-events.ts';
import { ACCOUNT, REGION } from '../template/intrinsics.ts';
import { nameOfArn, queueUrl } from '../template/names.ts';
import type { KeyAttribute, LocalStack, QueueSpec, TableSpec } from '../template/stack.ts';
import type { Emulators } from './start.ts';

type Where = Pick<Emulators, 'dynamodb' | 'sqs'>;

/** @throws Error when kept data belongs to a table of another shape */
export async function provision(stack: LocalStack, where: Where): Promise<void> {
  await Promise.all(stack.tables.map((table) => provideTable(table, where.dynamodb)));
  await provideQueues(stack.queues, where.sqs);
  await provideForeign(stack, where.sqs);
  await Promise.all(stack.buckets.map((bucket) => provideBucket(bucket, where.sqs)));
}

async function provideTable(table: TableSpec, dynamodb: string): Promise<void> {
  const wanted = {
    TableName: table.name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: table.attributes,
    KeySchema: table.keys,
    ...(table.indexes.length > 0 && { GlobalSecondaryIndexes: table.indexes }),
  };
  try {
    await callAws(dynamodb, 'dynamodb', 'CreateTable', wanted);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'ResourceInUseException') throw error;
  }
  const { Table } = await callAws(dynamodb, 'dynamodb', 'DescribeTable', { TableName: table.name });
  const found = Table as { KeySchema: KeyAttribute[]; GlobalSecondaryIndexes?: TableSpec['indexes'] };
  if (shape(found.KeySchema, found.GlobalSecondaryIndexes ?? []) !== shape(table.keys, table.indexes)) {
    throw new Error(
      `table ${table.name} was kept with other keys than it has now; start with an empty --data folder`,
    );
  }
}

function shape(keys: readonly KeyAttribute[], indexes: TableSpec['indexes']): string {
  const text = (schema: readonly KeyAttribute[]) =>
    schema.map((key) => `${key.AttributeName}:${key.KeyType}`).join(',');
  return [text(keys), ...indexes.map((index) => `${index.IndexName}=${text(index.KeySchema)}`).sort()].join(
    ' ',
  );
}

/** A queue's dead-letter queue comes before it; a kept queue takes the attributes of today. */
async function provideQueues(queues: readonly QueueSpec[], sqs: string): Promise<void> {
  const targetsFirst = [...queues].sort((a, b) => redrives(a) - redrives(b));
  for (const { name, attributes } of targetsFirst) {
    try {
      await callAws(sqs, 'sqs', 'CreateQueue', { QueueName: name, Attributes: attributes });
    } catch (error) {
      if (!(error instanceof AwsError) || !error.code.includes('QueueNameExists')) throw error;
      const change = { QueueUrl: queueUrl(sqs, name), Attributes: attributes };
      await callAws(sqs, 'sqs', 'SetQueueAttributes', change);
    }
  }
}

/** Queues and topics that the template only names: somebody else's, whom nobody plays here. */
async function provideForeign(stack: LocalStack, sqs: string): Promise<void> {
  const own = new Set(stack.queues.map(({ name }) => name));
  const queues = stack.mappings.map(({ queueArn }) => nameOfArn(queueArn)).filter((name) => !own.has(name));
  const topics = stack.subscriptions.map(({ topicArn }) => nameOfArn(topicArn));
  const all = [...new Set([...queues, ...topics.map(queueOfTopic)])];
  await provideQueues(
    all.map((name) => ({ name, attributes: queueAttributes(name) })),
    sqs,
  );
  for (const topic of topics) {
    await callSns(sqs, { Action: 'CreateTopic', Name: topic });
    await callSns(sqs, {
      Action: 'Subscribe',
      TopicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:${topic}`,
      Protocol: 'sqs',
      Endpoint: `arn:aws:sqs:${REGION}:${ACCOUNT}:${queueOfTopic(topic)}`,
    });
  }
}

function queueAttributes(name: string): QueueSpec['attributes'] {
  return name.endsWith('.fifo') ? { FifoQueue: 'true' } : {};
}

/** SNS speaks forms. */
async function callSns(sns: string, parameters: Readonly<Record<string, string>>): Promise<void> {
  const authorization = `AWS4-HMAC-SHA256 Credential=local/20260101/${REGION}/sns/aws4_request, SignedHeaders=host, Signature=0`;
  const body = new URLSearchParams({ ...parameters, Version: '2010-03-31' });
  const response = await fetch(`${sns}/`, { method: 'POST', body, headers: { authorization } });
  const answer = await response.text();
  if (!response.ok) throw new Error(`SNS answered ${response.status} to ${parameters.Action}: ${answer}`);
}

function redrives(queue: QueueSpec): number {
  return queue.attributes.RedrivePolicy === undefined ? 0 : 1;
}

async function provideBucket(bucket: string, s3: string): Promise<void> {
  const { status } = await fetch(`${s3}/${bucket}`, { method: 'PUT' });
  // 409: it is there already, and ours.
  if (status !== 200 && status !== 409) throw new Error(`S3 answered ${status} to creating ${bucket}`);
}
