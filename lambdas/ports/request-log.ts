import type { RequestPage, RequestQuery } from '../domain/listing.ts';
import type { RejectedRequest } from '../domain/request.ts';

export interface RequestWriter {
  /** Writing the same id twice is harmless. */
  putRequest(request: RejectedRequest): Promise<void>;
}

export interface RequestReader {
  request(project: string, id: string): Promise<RejectedRequest | undefined>;
  /** Newest first. */
  requests(query: RequestQuery): Promise<RequestPage>;
}
