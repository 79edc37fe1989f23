import type { Project } from '../../domain/project.ts';
import type { ProjectStore } from '../../ports/config.ts';
import { neverWritten } from './conditions.ts';
import { docOf, LAST, PROJECTS } from './items/config-item.ts';
import type { DynamoClient } from './operations.ts';
import { getItem, putItem, putOurs, query } from './table.ts';
import { type WriteToken, writeToken } from './write-token.ts';

/** Projects in the config table, all in one partition: there are few, and they are cached. */
export function dynamoProjects(args: {
  readonly client: DynamoClient;
  readonly table: string;
  readonly token?: WriteToken;
}): ProjectStore {
  const token = args.token ?? writeToken;
  const itemOf = (project: Project) => ({
    pk: PROJECTS,
    sk: project.id,
    v: 1,
    w: token(),
    doc: project,
  });
  return {
    async project(id) {
      return docOf<Project>(await getItem(args, { pk: PROJECTS, sk: id }));
    },
    async createProject(project) {
      const { written } = await putOurs(args, itemOf(project), neverWritten());
      return written ? 'created' : 'exists';
    },
    replaceProject: (project) => putItem(args, itemOf(project)),
    async listProjects() {
      const range = { pk: PROJECTS, from: 'prj_', to: `prj_${LAST}`, newestFirst: true };
      const items = await query(args, range);
      return items.map((item) => docOf<Project>(item)!);
    },
  };
}
