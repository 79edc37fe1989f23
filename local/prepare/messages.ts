/** What the local mode asks of the process that does its heavy work, and what it answers. */
import type { AwsEndpoints } from '../runtime/environment.ts';

export interface BuildRequest {
  readonly do: 'build';
  /** An empty folder of our own. */
  readonly directory: string;
  /** Whose events the brokers' are. */
  readonly project: string;
}

export interface SeedRequest {
  readonly do: 'seed';
  readonly configTable: string;
  /** The project to make, where nothing is kept. */
  readonly project: string;
  readonly endpoints: AwsEndpoints;
  readonly strictEgress: boolean;
  /** From an earlier run with the same data. */
  readonly kept: Credentials | undefined;
}

export interface Credentials {
  readonly project: string;
  /** The whole token. */
  readonly key: string;
}

export type Request = BuildRequest | SeedRequest;

export type Answer =
  | { readonly did: 'build'; readonly template: string }
  | { readonly did: 'seed'; readonly credentials: Credentials }
  | { readonly failed: string };
