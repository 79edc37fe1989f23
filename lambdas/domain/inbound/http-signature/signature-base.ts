/** The text that an HTTP message signature is over (RFC 9421 section 2.5). */
import { componentValue, type HttpMessage } from './component.ts';
import { type InnerList, innerListText, itemText } from './structured-field.ts';

const MOST_COMPONENTS = 64;

/** Undefined when a component is covered twice, is missing from the message or is of a kind not supported. */
export function signatureBase(message: HttpMessage, covered: InnerList): string | undefined {
  const identifiers = covered.items.map(itemText);
  if (identifiers.length > MOST_COMPONENTS || new Set(identifiers).size !== identifiers.length)
    return undefined;
  const lines: string[] = [];
  for (const [index, item] of covered.items.entries()) {
    const value = componentValue(message, item);
    if (value === undefined) return undefined;
    lines.push(`${identifiers[index]}: ${value}`);
  }
  return [...lines, `"@signature-params": ${innerListText(covered)}`].join('\n');
}
