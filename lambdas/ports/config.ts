import type { Endpoint } from '../domain/endpoint.ts';
import type { ApiKey } from '../domain/key.ts';
import type { Project } from '../domain/project.ts';
import type { Source } from '../domain/source.ts';
import type { Subscription } from '../domain/subscription.ts';

/** Reads are strongly consistent unless said otherwise. Writers are conditional and never overwrite a newer version. */

export interface ProjectReader {
  project(id: string): Promise<Project | undefined>;
}

export interface ProjectStore extends ProjectReader {
  createProject(project: Project): Promise<'created' | 'exists'>;
  replaceProject(project: Project): Promise<void>;
  listProjects(): Promise<readonly Project[]>;
}

export interface KeyReader {
  key(project: string, id: string): Promise<ApiKey | undefined>;
}

export interface KeyStore extends KeyReader {
  createKey(key: ApiKey): Promise<void>;
  revokeKey(project: string, id: string, at: number): Promise<'revoked' | 'absent'>;
  listKeys(project: string): Promise<readonly ApiKey[]>;
}

export interface EndpointReader {
  /** At most 100; undefined where there is none in that project. */
  endpoints(project: string, ids: readonly string[]): Promise<readonly (Endpoint | undefined)[]>;
}

export interface EndpointStore extends EndpointReader {
  createEndpoint(endpoint: Endpoint): Promise<'created' | 'exists'>;
  /** Replaces version `endpoint.version - 1`. */
  replaceEndpoint(endpoint: Endpoint): Promise<'replaced' | 'conflict'>;
  deleteEndpoint(project: string, id: string): Promise<'deleted' | 'absent'>;
  /** Newest first. With an owner: eventually consistent. `after` is the last id of the page before. */
  listEndpoints(query: ConfigQuery): Promise<ConfigPage<Endpoint>>;
}

export interface ConfigQuery {
  readonly project: string;
  readonly owner?: string;
  readonly limit: number;
  readonly after?: string;
}

export interface ConfigPage<T> {
  readonly items: readonly T[];
  readonly more: boolean;
}

/** Subscriptions as publishing needs them. */
export interface RoutingReader {
  /** Grows after every change of the project's subscriptions: what was read under the same number is still true. */
  routingVersion(project: string): Promise<number>;
  /** Subscriptions of one owner, or the project-wide ones (`owner` undefined), ordered by `routingPosition`. */
  subscriptionsOf(
    project: string,
    owner: string | undefined,
    limit: number,
    after?: string,
  ): Promise<SubscriptionPage>;
}

export interface SubscriptionPage {
  readonly subscriptions: readonly Subscription[];
  readonly next?: string;
}

export interface SubscriptionStore extends RoutingReader {
  /** Each of these raises the routing version after it has written. */
  putSubscription(subscription: Subscription): Promise<void>;
  deleteSubscription(subscription: Subscription): Promise<void>;
  subscription(project: string, id: string): Promise<Subscription | undefined>;
  /** Newest first. */
  listSubscriptions(query: ConfigQuery & { readonly endpoint?: string }): Promise<ConfigPage<Subscription>>;
  subscriptionsOfEndpoint(endpoint: Endpoint): Promise<readonly Subscription[]>;
}

export interface SourceReader {
  /** By its id alone: whoever calls a source names nothing else. */
  sourceById(id: string): Promise<Source | undefined>;
}

export interface SourceStore extends SourceReader {
  source(project: string, id: string): Promise<Source | undefined>;
  createSource(source: Source): Promise<'created' | 'exists'>;
  /** Replaces version `source.version - 1`. */
  replaceSource(source: Source): Promise<'replaced' | 'conflict'>;
  deleteSource(source: Source): Promise<void>;
  /** Newest first. */
  listSources(query: Omit<ConfigQuery, 'owner'>): Promise<ConfigPage<Source>>;
}
