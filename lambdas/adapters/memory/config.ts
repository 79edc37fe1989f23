import type { Endpoint } from '../../domain/endpoint.ts';
import type { ApiKey } from '../../domain/key.ts';
import type { Project } from '../../domain/project.ts';
import type {
  ConfigPage,
  ConfigQuery,
  EndpointStore,
  KeyStore,
  ProjectStore,
  SourceStore,
  SubscriptionStore,
} from '../../ports/config.ts';
import { memorySources } from './sources.ts';
import { memorySubscriptions } from './subscriptions.ts';

export type MemoryConfig = ProjectStore & KeyStore & EndpointStore & SubscriptionStore & SourceStore;

/** Everything a project is configured with. */
export function memoryConfig(): MemoryConfig {
  return {
    ...memoryProjects(),
    ...memoryKeys(),
    ...memoryEndpoints(),
    ...memorySubscriptions(),
    ...memorySources(),
  };
}

function memoryProjects(): ProjectStore {
  const projects = new Map<string, Project>();
  return {
    async project(id) {
      return projects.get(id);
    },
    async createProject(project) {
      if (projects.has(project.id)) return 'exists';
      projects.set(project.id, project);
      return 'created';
    },
    async replaceProject(project) {
      projects.set(project.id, project);
    },
    async listProjects() {
      return [...projects.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
    },
  };
}

function memoryKeys(): KeyStore {
  const keys = new Map<string, ApiKey>();
  return {
    async key(project, id) {
      return keys.get(`${project}#${id}`);
    },
    async createKey(key) {
      keys.set(`${key.project}#${key.id}`, key);
    },
    async revokeKey(project, id, at) {
      const key = keys.get(`${project}#${id}`);
      if (key === undefined) return 'absent';
      keys.set(`${project}#${id}`, { ...key, revokedAt: key.revokedAt ?? at });
      return 'revoked';
    },
    async listKeys(project) {
      return [...keys.values()].filter((key) => key.project === project).sort(newestFirst);
    },
  };
}

function memoryEndpoints(): EndpointStore {
  const endpoints = new Map<string, Endpoint>();
  return {
    async endpoints(project, ids) {
      return ids.map((id) => endpoints.get(`${project}#${id}`));
    },
    async createEndpoint(endpoint) {
      const at = `${endpoint.project}#${endpoint.id}`;
      if (endpoints.has(at)) return 'exists';
      endpoints.set(at, endpoint);
      return 'created';
    },
    async replaceEndpoint(endpoint) {
      const at = `${endpoint.project}#${endpoint.id}`;
      if (endpoints.get(at)?.version !== endpoint.version - 1) return 'conflict';
      endpoints.set(at, endpoint);
      return 'replaced';
    },
    async deleteEndpoint(project, id) {
      return endpoints.delete(`${project}#${id}`) ? 'deleted' : 'absent';
    },
    async listEndpoints(query) {
      return configPage([...endpoints.values()], query);
    },
  };
}

/** Newest first, below the last id of the page before. */
function configPage(all: readonly Endpoint[], query: ConfigQuery): ConfigPage<Endpoint> {
  const left = all
    .filter((endpoint) => endpoint.project === query.project)
    .filter((endpoint) => query.owner === undefined || endpoint.owner === query.owner)
    .filter((endpoint) => query.after === undefined || endpoint.id < query.after)
    .sort(newestFirst);
  return { items: left.slice(0, query.limit), more: left.length > query.limit };
}

function newestFirst(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? 1 : -1;
}
