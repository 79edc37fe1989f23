import { expect, it } from 'vitest';
import { dynamoSubscriptions } from '../../lambdas/adapters/dynamodb/subscriptions.ts';
import { anId, aSubscription, ENDPOINT_ID, PROJECT_ID } from '../factories.ts';
import { TABLES } from './emulators.ts';
import { ownTables } from './stored.ts';

const { client, stored } = ownTables();

it('a filter is stored as the text it was given as', async () => {
  const filter = '{"body":{"z":1,"a":{"$gt":2}},"headers":{"X-Tenant":"acme"}}';
  const subscription = aSubscription({ filter });
  await dynamoSubscriptions({ client: client(), table: TABLES.config }).putSubscription(subscription);
  expect(await stored(TABLES.config, `${PROJECT_ID}#sub`, `${ENDPOINT_ID}#${subscription.id}`)).toMatchObject(
    { v: { N: '1' }, doc: { M: { eventTypes: { L: [{ S: '*' }] }, filter: { S: filter } } } },
  );
});

it('so are what is forwarded and the transformation', async () => {
  const rewriting = {
    forward: { method: true, headers: ['x-a'] },
    transformation: '{"body": body}',
  } as const;
  const subscription = aSubscription({ id: anId('sub', 'rewriting'), ...rewriting });
  const store = dynamoSubscriptions({ client: client(), table: TABLES.config });
  await store.putSubscription(subscription);
  expect(await stored(TABLES.config, `${PROJECT_ID}#sub`, `${ENDPOINT_ID}#${subscription.id}`)).toMatchObject(
    {
      doc: {
        M: {
          forward: { M: { method: { BOOL: true }, headers: { L: [{ S: 'x-a' }] } } },
          transformation: { S: '{"body": body}' },
        },
      },
    },
  );
  expect(await store.subscription(PROJECT_ID, subscription.id)).toEqual(subscription);
});
