/**
 * A call to a source as it is stored. What an event holds too is left out. A contract: stored for as long as events, and
 * for a day when it did not become one.
 */
import { type CallRequest, type CallVerdict, REJECTED_RETENTION_MS } from '../../../domain/request.ts';
import type { ItemKey } from '../table.ts';
import { type PackedBytes, packBytes, unpackBytes } from './bytes.ts';
import { expiryOf, requestKey } from './log-keys.ts';

export interface CallRequestItem extends ItemKey, PackedBytes {
  readonly v: 1;
  readonly src: 'http';
  /** The source's id. */
  readonly sid: string;
  readonly verdict: CallVerdict;
  readonly reason?: string;
  readonly detail?: string;
  readonly evt?: string;
  /** Answered with this status. */
  readonly st: number;
  readonly method: string;
  readonly path?: string;
  readonly query?: string;
  readonly ip: string;
  readonly h?: Readonly<Record<string, string>>;
  readonly cut?: true;
  /** Received. */
  readonly at: number;
  readonly expires: number;
}

export function toCallItem(request: CallRequest, retentionDays: number): CallRequestItem {
  const kept = request.verdict === 'accepted';
  const { reason, detail, event, path, query, headers } = request;
  return {
    ...requestKey(request.project, request.id),
    v: 1,
    src: 'http',
    sid: request.sourceId,
    verdict: request.verdict,
    ...(reason !== '' && { reason }),
    ...(detail !== '' && { detail }),
    ...(event !== undefined && { evt: event }),
    st: request.status,
    method: request.method,
    ...(path !== '' && { path }),
    ...(query !== '' && { query }),
    ip: request.address,
    ...(Object.keys(headers).length > 0 && { h: headers }),
    ...packBytes(request.body),
    ...(request.truncated && { cut: true }),
    at: request.receivedAt,
    expires: kept
      ? expiryOf('req', request.id, retentionDays)
      : Math.ceil((request.receivedAt + REJECTED_RETENTION_MS) / 1000),
  };
}

export function fromCallItem(item: CallRequestItem): CallRequest {
  return {
    id: item.sk,
    project: item.pk.slice(0, item.pk.indexOf('#')),
    source: 'http',
    sourceId: item.sid,
    verdict: item.verdict,
    reason: item.reason ?? '',
    detail: item.detail ?? '',
    ...(item.evt !== undefined && { event: item.evt }),
    status: item.st,
    method: item.method,
    path: item.path ?? '',
    query: item.query ?? '',
    address: item.ip,
    headers: item.h ?? {},
    body: unpackBytes(item),
    truncated: item.cut ?? false,
    receivedAt: item.at,
  };
}
