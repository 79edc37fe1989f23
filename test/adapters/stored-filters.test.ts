import { expect, it } from 'vitest';
import { dynamoSubscriptions } from '../../lambdas/adapters/dynamodb/subscriptions.ts';
import { aSubscription, ENDPOINT_ID, PROJECT_ID } from '../factories.ts';
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
