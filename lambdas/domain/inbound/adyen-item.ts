/** Items of Adyen's standard webhooks, and which of their fields are signed. */
import { memberAt } from './body/body-json.ts';
import { jsonObjectOf } from './body/json-object.ts';
import { usableId } from './read-header.ts';

export interface AdyenItem {
  readonly signature: string;
  /** In the order they are signed in; empty where the item has none. */
  readonly fields: readonly string[];
  /** The same for every repeat of one notification. */
  readonly id: string;
}

const SIGNED_FIELDS: readonly (readonly string[])[] = [
  ['pspReference'],
  ['originalReference'],
  ['merchantAccountCode'],
  ['merchantReference'],
  ['amount', 'value'],
  ['amount', 'currency'],
  ['eventCode'],
  ['success'],
];

/** The items of a body, or the body as the one item; undefined when any is not what it should be, or can be read in two ways. */
export function adyenItems(body: Uint8Array): readonly AdyenItem[] | undefined {
  const json = jsonObjectOf(body);
  const list = memberAt(json, ['notificationItems']);
  const raw = Array.isArray(list)
    ? list.map((entry) => memberAt(entry, ['NotificationRequestItem']) ?? entry)
    : [json];
  const items = raw.map(itemOf);
  return items.every((item) => item !== undefined) ? items : undefined;
}

function itemOf(value: unknown): AdyenItem | undefined {
  const signature = memberAt(value, ['additionalData', 'hmacSignature']);
  const fields = SIGNED_FIELDS.map((path) => textOf(memberAt(value, path)));
  if (typeof signature !== 'string' || !fields.every((field) => field !== undefined)) return undefined;
  return { signature, fields, id: [fields[0], fields[6], fields[7]].join(':') };
}

/** Objects and lists have no place in what is signed: printed as text, different ones would be the same. */
function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? undefined : String(value);
}

/** As Adyen's libraries join them; some of its documents escape the separator and the backslash first. */
export function signedTexts(item: AdyenItem): readonly string[] {
  const escaped = item.fields.map((field) => field.replaceAll('\\', '\\\\').replaceAll(':', '\\:'));
  return [...new Set([item.fields.join(':'), escaped.join(':')])];
}

/** Of all items; undefined when that is too long to be a key. */
export function deliveryIdOf(items: readonly AdyenItem[]): string | undefined {
  return usableId(items.map((item) => item.id).join(','));
}
