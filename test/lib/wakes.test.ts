import { describe, expect, test } from 'vitest';
import { FUNCTION_IDS, QUEUE_IDS, resource, resources, templateOf } from './gateway.ts';
import { allowedTo } from './statements.ts';

const template = templateOf({ name: 'hooks' });

describe('wakes', () => {
  const group = resource(template, 'AWS::Scheduler::ScheduleGroup', /^WakesGroup/);
  const role = resource(template, 'AWS::IAM::Role', /^WakesRole/);

  test('have a group named for the gateway, since several may share an account', () => {
    expect(group.Properties.Name).toBe('hooks-wakes');
  });

  test('act with a role that may do one thing: send to the wake queue', () => {
    expect(allowedTo(template, /^WakesRoleDefaultPolicy/)).toEqual(['sqs:SendMessage on <WakesQueue.Arn>']);
    expect(role.Properties.ManagedPolicyArns).toBeUndefined();
  });

  test('are the only ones that may use it: schedules of this group in this account', () => {
    expect(role.Properties.AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [group.id, 'Arn'] } },
          },
        },
      ],
    });
  });

  test('are armed by the delivery function, which is told all it takes', () => {
    const queue = resource(template, 'AWS::SQS::Queue', QUEUE_IDS.wake?.queue);
    const fn = resource(template, 'AWS::Lambda::Function', FUNCTION_IDS.deliver);
    expect(fn.Properties.Environment).toMatchObject({
      Variables: {
        WAKE_SCHEDULE_GROUP: { Ref: group.id },
        WAKE_ROLE_ARN: { 'Fn::GetAtt': [role.id, 'Arn'] },
        WAKE_QUEUE_ARN: { 'Fn::GetAtt': [queue.id, 'Arn'] },
      },
    });
  });
});

describe('the sweeper', () => {
  const schedule = resource(template, 'AWS::Scheduler::Schedule');
  const sweep = resource(template, 'AWS::Lambda::Function', FUNCTION_IDS.sweep);

  test('runs every minute, on the minute', () => {
    expect(schedule.Properties).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: { 'Fn::GetAtt': [sweep.id, 'Arn'] } },
    });
    expect(schedule.Properties.State ?? 'ENABLED').toBe('ENABLED');
  });

  test('is not run twice for one minute: the next one does its work', () => {
    expect(schedule.Properties.Target).toMatchObject({ RetryPolicy: { MaximumRetryAttempts: 0 } });
    expect(Number(sweep.Properties.Timeout)).toBeLessThan(60);
  });

  test('is called with a role that may do nothing else', () => {
    expect(allowedTo(template, /^SweeperRoleDefaultPolicy/)).toEqual([
      'lambda:InvokeFunction on <SweeperSweepFunction.Arn>',
    ]);
  });

  test('is the only standing schedule', () => {
    expect(resources(template, 'AWS::Scheduler::Schedule')).toHaveLength(1);
  });
});
