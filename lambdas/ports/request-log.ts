import type { RequestPage, RequestQuery } from '../domain/listing.ts';
import type { KeptRequest } from '../domain/request.ts';

export interface RequestWriter {
  /** Writing the same id twice is harmless. */
  putRequest(request: KeptRequest): Promise<void>;
}

export interface RequestReader {
  request(project: string, id: string): Promise<KeptRequest | undefined>;
  /** Newest first. */
  requests(query: RequestQuery): Promise<RequestPage>;
}
