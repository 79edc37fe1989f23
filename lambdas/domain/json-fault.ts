/** Where JSON text breaks: `JSON.parse` does not always say, and its words depend on the engine. */

export interface JsonFault {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly found: string;
  readonly expected: string;
}

type Expecting = 'value' | 'value or ]' | 'key or }' | 'key' | ':' | ', or }' | ', or ]' | 'end';

const TOKEN =
  /[ \t\n\r]*(?:([{}[\],:])|("[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-]))/y;
const SPACE = /[ \t\n\r]*/y;

/** The first place where the text stops being JSON; undefined when it is JSON. */
export function findJsonFault(text: string): JsonFault | undefined {
  const open: ('{' | '[')[] = [];
  let expecting: Expecting = 'value';
  let at = 0;
  for (;;) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) {
      SPACE.lastIndex = at;
      SPACE.exec(text);
      const here = SPACE.lastIndex;
      return here === text.length && expecting === 'end' ? undefined : faultAt(text, here, expecting);
    }
    const token = match[1] ?? (match[2] === undefined ? 'scalar' : 'string');
    const next = step(expecting, token, open);
    if (next === undefined) {
      const length = (match[1] ?? match[2] ?? match[3] ?? '').length;
      return faultAt(text, TOKEN.lastIndex - length, expecting);
    }
    expecting = next;
    at = TOKEN.lastIndex;
  }
}

/** What may follow a token, or undefined when the token may not stand here. */
function step(expecting: Expecting, token: string, open: ('{' | '[')[]): Expecting | undefined {
  if (expecting === 'key' || expecting === 'key or }') {
    if (token === 'string') return ':';
    return token === '}' && expecting === 'key or }' ? close(open) : undefined;
  }
  if (expecting === ':') return token === ':' ? 'value' : undefined;
  if (expecting === ', or }') return token === ',' ? 'key' : token === '}' ? close(open) : undefined;
  if (expecting === ', or ]') return token === ',' ? 'value' : token === ']' ? close(open) : undefined;
  if (expecting === 'end') return undefined;
  if (token === ']' && expecting === 'value or ]') return close(open);
  if (token === '{' || token === '[') {
    open.push(token);
    return token === '{' ? 'key or }' : 'value or ]';
  }
  return token === 'string' || token === 'scalar' ? afterValue(open) : undefined;
}

function close(open: ('{' | '[')[]): Expecting {
  open.pop();
  return afterValue(open);
}

function afterValue(open: readonly ('{' | '[')[]): Expecting {
  const inside = open.at(-1);
  if (inside === undefined) return 'end';
  return inside === '{' ? ', or }' : ', or ]';
}

function faultAt(text: string, index: number, expecting: Expecting): JsonFault {
  const before = text.slice(0, index);
  const line = before.split('\n').length;
  const column = index - (before.lastIndexOf('\n') + 1) + 1;
  const found = index >= text.length ? 'the end of the text' : named(text.codePointAt(index)!);
  return { line, column, found, expected: WORDS[expecting] };
}

const INVISIBLE = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u;

/** What can't be seen is named by its number: a byte order mark between quotes looks like nothing. */
function named(codePoint: number): string {
  const character = String.fromCodePoint(codePoint);
  const number = codePoint.toString(16).toUpperCase().padStart(4, '0');
  return INVISIBLE.test(character) ? `the invisible character U+${number}` : JSON.stringify(character);
}

const WORDS: Readonly<Record<Expecting, string>> = {
  value: 'a value',
  'value or ]': 'a value or "]"',
  'key or }': 'a key in double quotes or "}"',
  key: 'a key in double quotes',
  ':': '":"',
  ', or }': '"," or "}"',
  ', or ]': '"," or "]"',
  end: 'nothing more',
};
