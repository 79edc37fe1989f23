/** Entries of the setting `brokers` for tests. */
import { PROJECT_ID } from '../factories.ts';

const at = (service: string, rest: string) => `arn:aws:${service}:eu-west-1:123456789012:${rest}`;

export const ARNS = {
  sqs: at('sqs', 'orders'),
  sns: at('sns', 'orders'),
  kinesis: at('kinesis', 'stream/orders'),
  dynamodb: at('dynamodb', 'table/orders/stream/2026-11-23T00:00:00.000'),
  msk: at('kafka', 'cluster/orders/1234abcd-12ab-34cd-56ef-1234567890ab-1'),
  mq: at('mq', 'broker:orders:b-1234a5b6-78cd-901e-2fab-3c45d6e178f9'),
  secret: at('secretsmanager', 'secret:orders-AbCdEf'),
  kms: at('kms', 'key/1234abcd-12ab-34cd-56ef-1234567890ab'),
} as const;

/** One of each kind. */
export function brokersOfAllKinds(): readonly object[] {
  const mq = { queue: 'orders', secret_arn: ARNS.secret };
  const all = [
    {
      name: 'queue',
      kind: 'sqs',
      arn: ARNS.sqs,
      event_type: { header: 'kind', prefix: 'order' },
      owner_id: { body: 'account.id' },
    },
    { name: 'topic', kind: 'sns', arn: ARNS.sns },
    { name: 'bus', kind: 'eventbridge', pattern: { source: ['orders'] } },
    { name: 'stream', kind: 'kinesis', arn: ARNS.kinesis },
    { name: 'table', kind: 'dynamodb', arn: ARNS.dynamodb },
    { name: 'msk', kind: 'msk', arn: ARNS.msk, topic: 'orders' },
    {
      name: 'kafka',
      kind: 'kafka',
      bootstrap_servers: ['k.example.com:9092'],
      topic: 'orders',
      secret_arn: ARNS.secret,
    },
    { name: 'rabbit', kind: 'rabbitmq', arn: ARNS.mq, ...mq },
    { name: 'active', kind: 'activemq', arn: ARNS.mq, ...mq },
  ];
  return all.map((broker) => ({ project_id: PROJECT_ID, ...broker }));
}
