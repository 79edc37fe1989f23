/**
 * An event as it is stored. Write units are counted in whole KB, so what has an ordinary value is left out, the time is
 * read from the id, and the matched endpoints stand in one text, 26 characters each. A contract: stored for weeks,
 * read by later versions of this code.
 */
import type {
  BodyInBucket,
  BodyPlace,
  BrokerOrigin,
  Event,
  EventSource,
  InboundCall,
  MatchedEndpoints,
  Matches,
} from '../../../domain/event.ts';
import { homeOf } from '../../../domain/ids.ts';
import { ULID_LENGTH } from '../../../domain/ulid.ts';
import type { ItemKey } from '../table.ts';
import { type PackedBytes, packBytes, unpackBytes } from './bytes.ts';
import { eventKey, expiryOf } from './log-keys.ts';

const ORDINARY_CONTENT_TYPE = 'application/json';
const ORDINARY_SOURCE = 'api';
const CHUNKED = '*';

export interface EventItem extends ItemKey, PackedBytes {
  readonly v: 1;
  readonly type: string;
  readonly owner?: string;
  /** Source, when it isn't the API. */
  readonly src?: EventSource;
  readonly uid?: string;
  /** Content type, when it isn't JSON. */
  readonly ct?: string;
  /** Headers, when there are any. */
  readonly h?: Readonly<Record<string, string>>;
  /** Bytes of a body that is in the bucket. */
  readonly size?: number;
  /** Digest of that body, where its object's name has it. */
  readonly digest?: string;
  /** Matched endpoints without their prefix; `*` when they are in chunks beside it; absent when there are none. */
  readonly m?: string;
  /** For each of them the subscription that has it go out rewritten, without its prefix, or `-`; absent when none does. */
  readonly via?: string;
  /** The call it came in with, over a source. */
  readonly in?: InboundCall;
  /** The message of a broker it was made of. */
  readonly br?: BrokerOrigin;
  /** Not delivered before, when that isn't at once. */
  readonly at?: number;
  readonly expires: number;
}

export function toEventItem(event: Event, retentionDays: number): EventItem {
  return {
    ...eventKey(event.project, event.id),
    v: 1,
    type: event.type,
    ...(event.owner !== undefined && { owner: event.owner }),
    ...(event.source !== ORDINARY_SOURCE && { src: event.source }),
    ...(event.uid !== undefined && { uid: event.uid }),
    ...(event.contentType !== ORDINARY_CONTENT_TYPE && { ct: event.contentType }),
    ...(Object.keys(event.headers).length > 0 && { h: event.headers }),
    ...(event.body.at === 'inline' ? packBytes(event.body.bytes) : packPlace(event.body)),
    ...packMatches(event.matches),
    ...(event.inbound !== undefined && { in: event.inbound }),
    ...(event.broker !== undefined && { br: event.broker }),
    ...(event.deliverAt !== undefined && { at: event.deliverAt }),
    expires: expiryOf('evt', event.id, retentionDays, event.deliverAt),
  };
}

export function fromEventItem(item: EventItem): Event {
  return {
    id: item.sk,
    project: item.pk.slice(0, item.pk.indexOf('#')),
    ...(item.owner !== undefined && { owner: item.owner }),
    type: item.type,
    source: item.src ?? ORDINARY_SOURCE,
    ...(item.uid !== undefined && { uid: item.uid }),
    contentType: item.ct ?? ORDINARY_CONTENT_TYPE,
    headers: item.h ?? {},
    body: bodyPlace(item),
    matches: unpackMatches(item),
    ...(item.in !== undefined && { inbound: item.in }),
    ...(item.br !== undefined && { broker: item.br }),
    ...(item.at !== undefined && { deliverAt: item.at }),
    createdAt: homeOf('evt', item.sk).timeMs,
  };
}

function bodyPlace(item: EventItem): BodyPlace {
  return item.size === undefined
    ? { at: 'inline', bytes: unpackBytes(item) }
    : { at: 'bucket', size: item.size, ...(item.digest !== undefined && { digest: item.digest }) };
}

function packPlace({ size, digest }: BodyInBucket): { size: number; digest?: string } {
  return { size, ...(digest !== undefined && { digest }) };
}

function packMatches(matches: Matches): { m?: string; via?: string } {
  if (matches.kind === 'chunked') return { m: CHUNKED };
  return matches.endpoints.length === 0 ? {} : packMatched(matches);
}

function unpackMatches({ m = '', via }: Pick<EventItem, 'm' | 'via'>): Matches {
  return m === CHUNKED ? { kind: 'chunked' } : { kind: 'listed', ...unpackMatched(m, via) };
}

export function packMatched({ endpoints, via }: MatchedEndpoints): { m: string; via?: string } {
  const m = joinEndpoints(endpoints);
  if (via === undefined) return { m };
  return { m, via: endpoints.map((endpoint) => via[endpoint]?.slice(SUB.length) ?? NONE).join('') };
}

export function unpackMatched(m: string, via: string | undefined): MatchedEndpoints {
  const endpoints = splitEndpoints(m);
  if (via === undefined) return { endpoints };
  const subscriptions = via.match(EACH_VIA) ?? [];
  const pairs = endpoints.map((endpoint, index) => [endpoint, subscriptions[index] ?? NONE] as const);
  const rewritten = pairs.filter(([, subscription]) => subscription !== NONE);
  return { endpoints, via: Object.fromEntries(rewritten.map(([endpoint, id]) => [endpoint, SUB + id])) };
}

const SUB = 'sub_';
const NONE = '-';
const EACH_VIA = new RegExp(`-|.{${ULID_LENGTH}}`, 'g');

function joinEndpoints(endpoints: readonly string[]): string {
  return endpoints.map((id) => id.slice(3)).join('');
}

function splitEndpoints(joined: string): string[] {
  const endpoints: string[] = [];
  for (let at = 0; at < joined.length; at += ULID_LENGTH) {
    endpoints.push(`ep_${joined.slice(at, at + ULID_LENGTH)}`);
  }
  return endpoints;
}
