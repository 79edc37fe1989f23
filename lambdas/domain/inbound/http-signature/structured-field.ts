/** Structured field values (RFC 8941) as parsed: what RFC 9421 and RFC 9530 write their headers in. */

export type BareItem =
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'decimal'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'token'; readonly value: string }
  | { readonly kind: 'bytes'; readonly value: Buffer }
  | { readonly kind: 'boolean'; readonly value: boolean };

export type Parameters = ReadonlyMap<string, BareItem>;

export interface Item {
  readonly item: BareItem;
  readonly parameters: Parameters;
}

export interface InnerList {
  readonly items: readonly Item[];
  readonly parameters: Parameters;
}

export type Member = Item | InnerList;
export type Dictionary = ReadonlyMap<string, Member>;

export function isInnerList(member: Member): member is InnerList {
  return 'items' in member;
}

/** The one spelling of an inner list (RFC 8941 section 4.1.1.1). */
export function innerListText({ items, parameters }: InnerList): string {
  return `(${items.map(itemText).join(' ')})${parametersText(parameters)}`;
}

export function itemText({ item, parameters }: Item): string {
  return bareItemText(item) + parametersText(parameters);
}

export function memberText(member: Member): string {
  return isInnerList(member) ? innerListText(member) : itemText(member);
}

/** The one spelling of a dictionary (RFC 8941 section 4.1.2). */
export function dictionaryText(dictionary: Dictionary): string {
  return [...dictionary]
    .map(([key, member]) =>
      !isInnerList(member) && isTrue(member.item)
        ? key + parametersText(member.parameters)
        : `${key}=${memberText(member)}`,
    )
    .join(', ');
}

function parametersText(parameters: Parameters): string {
  return [...parameters]
    .map(([key, value]) => (isTrue(value) ? `;${key}` : `;${key}=${bareItemText(value)}`))
    .join('');
}

function bareItemText(item: BareItem): string {
  switch (item.kind) {
    case 'integer':
      return String(item.value);
    case 'decimal':
      return Number.isInteger(item.value) ? item.value.toFixed(1) : String(item.value);
    case 'string':
      return `"${item.value.replace(/["\\]/g, '\\$&')}"`;
    case 'token':
      return item.value;
    case 'bytes':
      return `:${item.value.toString('base64')}:`;
    case 'boolean':
      return item.value ? '?1' : '?0';
  }
}

function isTrue(item: BareItem): boolean {
  return item.kind === 'boolean' && item.value;
}
