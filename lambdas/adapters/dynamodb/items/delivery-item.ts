/**
 * A delivery as it is stored. An ordinary success must stay within one write unit (1 KB), so names are short, the event
 * and the endpoint stand in the key only, and attempts are lists. A contract: stored for weeks, read by later versions.
 */
import { backlogPosition } from '../../../domain/delivery/backlog.ts';
import type {
  Delivery,
  DeliveryState,
  Ended,
  HoldReason,
  Lease,
  StopReason,
} from '../../../domain/delivery/delivery.ts';
import type { ItemKey } from '../table.ts';
import { type PackedAttempt, packAttempts, unpackAttempts } from './attempt-item.ts';
import { deliveryKey, expiryAfter } from './log-keys.ts';

type PackedEnd = readonly [status: Ended['status'], stopReason?: StopReason];
type PackedLease = readonly [
  token: string,
  until: number,
  startedAt: number,
  trigger: Lease['trigger'],
  url: string,
];

/** The state's own fields; which are there follows from `st`. */
export interface PackedState {
  readonly st: DeliveryState['status'];
  /** Due time. */
  readonly due?: number;
  /** `q` when it waits hidden in the queue, absent when in the backlog. */
  readonly in?: 'q';
  /** `p` when a person asked for the attempt it waits for. */
  readonly by?: 'p';
  readonly held?: HoldReason;
  readonly lease?: PackedLease;
  readonly stop?: StopReason;
  /** What a failing manual attempt returns it to. */
  readonly back?: PackedEnd;
}

export interface DeliveryItem extends ItemKey, PackedState {
  readonly v: 1;
  readonly prj: string;
  readonly type: string;
  readonly owner?: string;
  /** The subscription that has it go out rewritten. */
  readonly via?: string;
  readonly a: readonly PackedAttempt[];
  /** When its event asked to be delivered, if that was later. */
  readonly at?: number;
  /** Created, updated. */
  readonly c: number;
  readonly u: number;
  /** Version. */
  readonly n: number;
  /** Token of the write. */
  readonly w: string;
  readonly expires: number;
  readonly backlog_pk?: string;
  readonly backlog_sk?: string;
}

export function toDeliveryItem(delivery: Delivery, w: string, retentionDays: number): DeliveryItem {
  const position = backlogPosition(delivery);
  return {
    ...deliveryKey(delivery),
    v: 1,
    prj: delivery.project,
    type: delivery.type,
    ...(delivery.owner !== undefined && { owner: delivery.owner }),
    ...(delivery.via !== undefined && { via: delivery.via }),
    ...packState(delivery.state),
    a: packAttempts(delivery.attempts),
    ...(delivery.deliverAt !== undefined && { at: delivery.deliverAt }),
    c: delivery.createdAt,
    u: delivery.updatedAt,
    n: delivery.version,
    w,
    expires: expiryAfter(Math.max(delivery.createdAt, delivery.deliverAt ?? 0), retentionDays),
    ...(position !== undefined && { backlog_pk: delivery.endpoint, backlog_sk: position }),
  };
}

export function fromDeliveryItem(item: DeliveryItem): Delivery {
  return {
    project: item.prj,
    event: item.sk,
    endpoint: item.pk.slice(0, item.pk.indexOf('#')),
    ...(item.owner !== undefined && { owner: item.owner }),
    type: item.type,
    ...(item.via !== undefined && { via: item.via }),
    state: unpackState(item),
    attempts: unpackAttempts(item.a),
    ...(item.at !== undefined && { deliverAt: item.at }),
    createdAt: item.c,
    updatedAt: item.u,
    version: item.n,
  };
}

function packState(state: DeliveryState): PackedState {
  switch (state.status) {
    case 'succeeded':
      return { st: state.status };
    case 'failed':
    case 'canceled':
      return { st: state.status, stop: state.stopReason };
    case 'held':
      return { st: state.status, held: state.why, ...packBack(state.resend) };
    case 'waiting':
      return {
        st: state.status,
        due: state.dueAt,
        ...(state.where === 'queue' && { in: 'q' }),
        ...(state.manual && { by: 'p' }),
        ...packBack(state.resend),
      };
    case 'sending': {
      const { token, until, startedAt, trigger, url } = state.lease;
      return {
        st: state.status,
        lease: [token, until, startedAt, trigger, url],
        ...packBack(state.resend),
      };
    }
  }
}

function packBack(end: Ended | undefined): { back?: PackedEnd } {
  if (end === undefined) return {};
  return { back: end.status === 'succeeded' ? [end.status] : [end.status, end.stopReason] };
}

function unpackState(item: PackedState): DeliveryState {
  const resend = item.back && { resend: unpackEnd(...item.back) };
  switch (item.st) {
    case 'succeeded':
    case 'failed':
    case 'canceled':
      return unpackEnd(item.st, item.stop);
    case 'held':
      return { status: 'held', why: item.held!, ...resend };
    case 'waiting':
      return {
        status: 'waiting',
        dueAt: item.due!,
        where: item.in === 'q' ? 'queue' : 'backlog',
        ...(item.by === 'p' && { manual: true }),
        ...resend,
      };
    case 'sending': {
      const [token, until, startedAt, trigger, url] = item.lease!;
      return { status: 'sending', lease: { token, until, startedAt, trigger, url }, ...resend };
    }
  }
}

function unpackEnd(status: Ended['status'], stop?: StopReason): Ended {
  return status === 'succeeded' ? { status } : { status, stopReason: stop! };
}
