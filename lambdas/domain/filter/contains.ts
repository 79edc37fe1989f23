/** The built-in search compares at worst as many characters as both texts multiplied; for so short a part that is few. */
const SHORT = 32;
/** Text that is searched in half a microsecond at worst. */
const SEARCHED_A_STEP = { short: 128, long: 64 } as const;

/** Of a filter's budget. */
export function searchSteps(text: string, part: string): number {
  const each = part.length <= SHORT ? SEARCHED_A_STEP.short : SEARCHED_A_STEP.long;
  return Math.floor(text.length / each);
}

/** Whether a part is in a text, in time proportional to their length together: by Knuth, Morris and Pratt. */
export function containsText(text: string, part: string): boolean {
  if (part.length <= SHORT || part.length > text.length) return text.includes(part);
  const borders = bordersOf(part);
  let matched = 0;
  for (let at = 0; at < text.length; at++) {
    matched = matchedWith(part, borders, matched, text.charCodeAt(at));
    if (matched === part.length) return true;
  }
  return false;
}

/** Of each beginning of the part: how long the longest is that it both begins and ends with. */
function bordersOf(part: string): Uint16Array {
  const borders = new Uint16Array(part.length);
  for (let at = 1; at < part.length; at++) {
    borders[at] = matchedWith(part, borders, borders[at - 1]!, part.charCodeAt(at));
  }
  return borders;
}

/** How much of the part matches after one more character. */
function matchedWith(part: string, borders: Uint16Array, before: number, code: number): number {
  let matched = before;
  while (matched > 0 && part.charCodeAt(matched) !== code) matched = borders[matched - 1]!;
  return part.charCodeAt(matched) === code ? matched + 1 : matched;
}
