/** Somebody else's name for something: an owner, an id of their own. */

export const MAX_LABEL_LENGTH = 128;
export const LABEL_SHAPE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

export function isLabel(text: string): boolean {
  return text.length <= MAX_LABEL_LENGTH && LABEL_SHAPE.test(text);
}
