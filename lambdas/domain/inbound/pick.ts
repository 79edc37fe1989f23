/** Takes a short text out of a call: an event's type, its owner. */
import { isLabel } from '../label.ts';
import { EVENT_TYPE_SHAPE, MAX_EVENT_TYPE_LENGTH } from '../routing.ts';
import { memberAt } from './body/body-json.ts';

export type Pick =
  | { readonly from: 'constant'; readonly value: string }
  /** `path` is dotted: `data.object.type`. `fallback` is for calls that lack it. */
  | {
      readonly from: 'header' | 'body';
      readonly path: string;
      readonly prefix?: string;
      readonly fallback?: string;
    };

/** A call as picks look at it. */
export interface Pickable {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body; undefined when it isn't JSON or a form. */
  readonly body: unknown;
}

/** The text at a pick's place, with its prefix and a full stop before it; its fallback when there is none there. */
export function pickText(pick: Pick, call: Pickable): string | undefined {
  if (pick.from === 'constant') return pick.value;
  const found =
    pick.from === 'header'
      ? memberAt(call.headers, [pick.path.toLowerCase()])
      : valueAt(call.body, pick.path);
  if (typeof found !== 'string' && typeof found !== 'number') return pick.fallback;
  const text = String(found);
  if (text === '') return pick.fallback;
  return pick.prefix === undefined ? text : `${pick.prefix}.${text}`;
}

/** An owner; the fallback where there is no text that can be one: senders write what they like. */
export function pickOwner(pick: Pick, call: Pickable): string | undefined {
  const fallback = pick.from === 'constant' ? undefined : pick.fallback;
  return [pickText(pick, call), fallback].find((text) => text !== undefined && isLabel(text));
}

/** Makes any text an event type: `orders/create` becomes `orders.create`. Undefined when nothing is left of it. */
export function asEventType(text: string): string | undefined {
  const type = text
    .replaceAll(/[/:]/g, '.')
    .replaceAll(/[^A-Za-z0-9_.-]/g, '_')
    .split('.')
    .filter((word) => word !== '')
    .join('.')
    .slice(0, MAX_EVENT_TYPE_LENGTH)
    .replace(/\.$/, '');
  return EVENT_TYPE_SHAPE.test(type) ? type : undefined;
}

/** What stands at a dotted path; numbers step into lists. */
export function valueAt(value: unknown, path: string): unknown {
  return memberAt(value, path.split('.'));
}
