import { describe, expect, test } from 'vitest';
import { resource, resources, templateOf } from './gateway.ts';

const TABLE = 'AWS::DynamoDB::GlobalTable';
const production = templateOf();
const trial = templateOf({ production: false, egress: 'none' });

describe.each(['Config', 'Log', 'State'])('the %s table', (name) => {
  const table = resource(production, TABLE, new RegExp(`^Storage${name}`));

  test('is paid by the request', () => {
    expect(table.Properties.BillingMode).toBe('PAY_PER_REQUEST');
  });

  test('has the keys that the code writes', () => {
    expect(table.Properties.KeySchema).toEqual([
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ]);
  });

  test('lets rows expire', () => {
    expect(table.Properties.TimeToLiveSpecification).toEqual({ AttributeName: 'expires', Enabled: true });
  });

  test('can be brought back to any second of the last weeks', () => {
    expect(table.Properties.Replicas).toMatchObject([
      { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
    ]);
  });

  test('is encrypted with a key that costs nothing to use', () => {
    expect(table.Properties.SSESpecification).toEqual({ SSEEnabled: false });
  });

  test('can not be deleted in production, and stays when the stack goes', () => {
    expect(table.Properties.Replicas).toMatchObject([{ DeletionProtectionEnabled: true }]);
    expect(table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  test('goes with a trial stack', () => {
    const temporary = resource(trial, TABLE, new RegExp(`^Storage${name}`));
    expect(temporary.Properties.Replicas).toMatchObject([{ DeletionProtectionEnabled: false }]);
    expect(temporary.DeletionPolicy).toBe('Delete');
  });
});

test('endpoints are found by owner', () => {
  expect(resource(production, TABLE, /^StorageConfig/).Properties.GlobalSecondaryIndexes).toEqual([
    {
      IndexName: 'by_owner',
      KeySchema: [
        { AttributeName: 'owner_pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ]);
});

test('waiting deliveries are found by due time, with just what their tasks need', () => {
  expect(resource(production, TABLE, /^StorageLog/).Properties.GlobalSecondaryIndexes).toEqual([
    {
      IndexName: 'backlog',
      KeySchema: [
        { AttributeName: 'backlog_pk', KeyType: 'HASH' },
        { AttributeName: 'backlog_sk', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['prj', 'owner', 'type'] },
    },
  ]);
});

describe('the bucket of large bodies', () => {
  const bucket = resource(production, 'AWS::S3::Bucket');

  test('is closed to the public', () => {
    expect(bucket.Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
  });

  test('is encrypted at rest and refuses plain http', () => {
    expect(JSON.stringify(bucket.Properties.BucketEncryption)).toContain('AES256');
    const policy = resource(production, 'AWS::S3::BucketPolicy');
    expect(JSON.stringify(policy.Properties.PolicyDocument)).toContain('"aws:SecureTransport":"false"');
  });

  test('keeps a body a little longer than the rows that name it', () => {
    const kept = resource(templateOf({ retentionDays: 7 }), 'AWS::S3::Bucket');
    expect(kept.Properties.LifecycleConfiguration).toMatchObject({
      Rules: [
        { Prefix: 'prj_', ExpirationInDays: 10 },
        // Of events that are delivered up to a year after they were published.
        { Prefix: 'later/', ExpirationInDays: 375 },
        { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
      ],
    });
  });

  test('stays when a production stack goes', () => {
    expect(bucket.DeletionPolicy).toBe('Retain');
    expect(resource(trial, 'AWS::S3::Bucket').DeletionPolicy).toBe('Delete');
  });
});

test('no function has custom code from elsewhere: no custom resources', () => {
  expect(resources(production, 'AWS::CloudFormation::CustomResource')).toEqual([]);
  expect(resources(production, 'AWS::Lambda::Function')).toHaveLength(8);
});
