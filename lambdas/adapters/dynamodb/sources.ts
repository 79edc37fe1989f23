import type { Source } from '../../domain/source.ts';
import type { SourceReader, SourceStore } from '../../ports/config.ts';
import { neverWritten, stillAtVersion } from './conditions.ts';
import { docOf, LAST } from './items/config-item.ts';
import type { DynamoClient } from './operations.ts';
import { deleteItem, getItem, type ItemKey, putItem, putOurs, query, type Table } from './table.ts';
import { type WriteToken, writeToken } from './write-token.ts';

/** Sort key of the row that says which project a source belongs to: a call names the source alone. */
const HOME = 'home';

interface HomeItem extends ItemKey {
  readonly v: 1;
  readonly project: string;
}

/** Sources of the config table, for the door. */
export function dynamoSourceReader(table: Table): SourceReader {
  return {
    async sourceById(id) {
      const home = (await getItem(table, homeKey(id))) as HomeItem | undefined;
      return home && docOf<Source>(await getItem(table, { pk: home.project, sk: id }));
    },
  };
}

/** The home is written first and removed last, so that a source that is listed can be called. */
export function dynamoSources(args: {
  readonly client: DynamoClient;
  readonly table: string;
  readonly token?: WriteToken;
}): SourceStore {
  const token = args.token ?? writeToken;
  return {
    ...dynamoSourceReader(args),
    async source(project, id) {
      return docOf<Source>(await getItem(args, { pk: project, sk: id }));
    },
    async createSource(source) {
      const home: HomeItem = { ...homeKey(source.id), v: 1, project: source.project };
      await putItem(args, { ...home });
      const { written } = await putOurs(args, toItem(source, token()), neverWritten());
      return written ? 'created' : 'exists';
    },
    async replaceSource(source) {
      const { written } = await putOurs(args, toItem(source, token()), stillAtVersion(source.version - 1));
      return written ? 'replaced' : 'conflict';
    },
    async deleteSource(source) {
      await deleteItem(args, { pk: source.project, sk: source.id });
      await deleteItem(args, homeKey(source.id));
    },
    async listSources({ project, limit, after }) {
      const range = { pk: project, from: 'src_', to: `src_${LAST}`, newestFirst: true };
      const from = after === undefined ? range : { ...range, after: { pk: project, sk: after } };
      const items = await query(args, from, limit + 1);
      return {
        items: items.slice(0, limit).map((item) => docOf<Source>(item)!),
        more: items.length > limit,
      };
    },
  };
}

function homeKey(id: string): ItemKey {
  return { pk: id, sk: HOME };
}

function toItem(source: Source, w: string) {
  return { pk: source.project, sk: source.id, v: 1, n: source.version, w, doc: source };
}
