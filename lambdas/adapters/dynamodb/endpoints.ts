import { setTimeout as sleepFor } from 'node:timers/promises';
import { CONFIG_INDEXES } from '../../contract/schema.ts';
import type { Endpoint } from '../../domain/endpoint.ts';
import type { ConfigPage, ConfigQuery, EndpointReader, EndpointStore } from '../../ports/config.ts';
import { neverWritten, stillAtVersion } from './conditions.ts';
import { docOf, LAST, ownerPartition } from './items/config-item.ts';
import type { DynamoClient } from './operations.ts';
import { deleteItem, getItems, putOurs, query, type Range, type Sleep, type Table } from './table.ts';
import { type WriteToken, writeToken } from './write-token.ts';

/** Endpoints of the config table, for those who only read them. */
export function dynamoEndpointReader(args: {
  readonly client: DynamoClient;
  readonly table: string;
  readonly sleep?: Sleep;
}): EndpointReader {
  const sleep = args.sleep ?? sleepFor;
  return {
    async endpoints(project, ids) {
      const keys = ids.map((id) => ({ pk: project, sk: id }));
      return (await getItems(args, keys, sleep)).map((item) => docOf<Endpoint>(item));
    },
  };
}

export function dynamoEndpoints(args: {
  readonly client: DynamoClient;
  readonly table: string;
  readonly sleep?: Sleep;
  readonly token?: WriteToken;
}): EndpointStore {
  const token = args.token ?? writeToken;
  return {
    ...dynamoEndpointReader(args),
    async createEndpoint(endpoint) {
      const { written } = await putOurs(args, toItem(endpoint, token()), neverWritten());
      return written ? 'created' : 'exists';
    },
    async replaceEndpoint(endpoint) {
      const condition = stillAtVersion(endpoint.version - 1);
      const { written } = await putOurs(args, toItem(endpoint, token()), condition);
      return written ? 'replaced' : 'conflict';
    },
    async deleteEndpoint(project, id) {
      return (await deleteItem(args, { pk: project, sk: id })) ? 'deleted' : 'absent';
    },
    listEndpoints: (wanted) => listEndpoints(args, wanted),
  };
}

function toItem(endpoint: Endpoint, w: string) {
  const { project, owner } = endpoint;
  return {
    pk: project,
    sk: endpoint.id,
    ...(owner !== undefined && { [CONFIG_INDEXES.byOwner.partition]: ownerPartition(project, owner) }),
    v: 1,
    n: endpoint.version,
    w,
    doc: endpoint,
  };
}

async function listEndpoints(table: Table, wanted: ConfigQuery): Promise<ConfigPage<Endpoint>> {
  const items = await query(table, rangeOf(wanted), wanted.limit + 1);
  return {
    items: items.slice(0, wanted.limit).map((item) => docOf<Endpoint>(item)!),
    more: items.length > wanted.limit,
  };
}

function rangeOf({ project, owner, after }: ConfigQuery): Range {
  const ids = { from: 'ep_', to: `ep_${LAST}`, newestFirst: true };
  if (owner === undefined) {
    return { pk: project, ...ids, ...(after !== undefined && { after: { pk: project, sk: after } }) };
  }
  const index = CONFIG_INDEXES.byOwner;
  const pk = ownerPartition(project, owner);
  if (after === undefined) return { pk, ...ids, index };
  return { pk, ...ids, index, after: { pk: project, sk: after, [index.partition]: pk } };
}
