/** Reads structured field dictionaries, strictly: RFC 8941 has a receiver drop a field that is wrong anywhere. */
import type { BareItem, Dictionary, InnerList, Item, Member, Parameters } from './structured-field.ts';

/** More than any sender has; the rest is somebody keeping us busy. */
const LONGEST_FIELD = 16 * 1024;

const SPACE = / */y;
const SPACES = / +/y;
const OPTIONAL_WHITE_SPACE = /[ \t]*/y;
const KEY = /[a-z*][a-z0-9_.*-]*/y;
const NUMBER = /-?(?:\d{1,12}\.\d{1,3}|\d{1,15})(?![\d.])/y;
const STRING = /"((?:[ !#-[\]-~]|\\["\\])*)"/y;
const TOKEN = /[A-Za-z*][!#$%&'*+.^_`|~:/0-9A-Za-z-]*/y;
const BYTES = /:([A-Za-z0-9+/]*={0,2}):/y;
const BOOLEAN = /\?([01])/y;

/** The dictionary in a field's combined value; undefined when any part of it is not one. */
export function parseDictionary(text: string): Dictionary | undefined {
  if (text.length > LONGEST_FIELD) return undefined;
  const reader = readerOf(text.replace(/^ +| +$/g, ''));
  const members = new Map<string, Member>();
  while (!reader.atEnd()) {
    const key = reader.expect(KEY);
    // Of a repeated key the last value counts (RFC 8941 section 4.2.2).
    members.set(
      key,
      reader.accept('=') ? memberFrom(reader) : { item: TRUE, parameters: parametersFrom(reader) },
    );
    reader.skip(OPTIONAL_WHITE_SPACE);
    if (reader.atEnd()) break;
    if (!reader.accept(',')) reader.fail();
    reader.skip(OPTIONAL_WHITE_SPACE);
    if (reader.atEnd()) reader.fail();
  }
  return reader.failed() ? undefined : members;
}

const TRUE: BareItem = { kind: 'boolean', value: true };

/** Goes through a text once. After a failure it is at the end, so that every loop over it ends. */
interface Reader {
  atEnd(): boolean;
  failed(): boolean;
  fail(): void;
  accept(character: string): boolean;
  skip(pattern: RegExp): void;
  match(pattern: RegExp): RegExpExecArray | null;
  /** What matched; fails when nothing did. */
  expect(pattern: RegExp): string;
}

function readerOf(text: string): Reader {
  let at = 0;
  let failed = false;
  const fail = (): void => {
    failed = true;
    at = text.length;
  };
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  return {
    atEnd: () => at >= text.length,
    failed: () => failed,
    fail,
    accept(character) {
      if (text[at] !== character) return false;
      at += 1;
      return true;
    },
    skip: (pattern) => void match(pattern),
    match,
    expect(pattern) {
      const found = match(pattern);
      if (found === null) fail();
      return found?.[0] ?? '';
    },
  };
}

function memberFrom(reader: Reader): Member {
  return reader.accept('(') ? innerListFrom(reader) : itemFrom(reader);
}

function innerListFrom(reader: Reader): InnerList {
  const items: Item[] = [];
  reader.skip(SPACE);
  while (!reader.accept(')')) {
    items.push(itemFrom(reader));
    if (reader.accept(')')) break;
    reader.expect(SPACES);
    if (reader.failed()) break;
  }
  return { items, parameters: parametersFrom(reader) };
}

function itemFrom(reader: Reader): Item {
  return { item: bareItemFrom(reader), parameters: parametersFrom(reader) };
}

function parametersFrom(reader: Reader): Parameters {
  const parameters = new Map<string, BareItem>();
  while (reader.accept(';')) {
    reader.skip(SPACE);
    const key = reader.expect(KEY);
    parameters.set(key, reader.accept('=') ? bareItemFrom(reader) : TRUE);
  }
  return parameters;
}

function bareItemFrom(reader: Reader): BareItem {
  const number = reader.match(NUMBER)?.[0];
  if (number !== undefined) {
    return { kind: number.includes('.') ? 'decimal' : 'integer', value: Number(number) };
  }
  const string = reader.match(STRING)?.[1];
  if (string !== undefined) return { kind: 'string', value: string.replace(/\\(.)/g, '$1') };
  const token = reader.match(TOKEN)?.[0];
  if (token !== undefined) return { kind: 'token', value: token };
  const bytes = reader.match(BYTES)?.[1];
  if (bytes !== undefined) return { kind: 'bytes', value: Buffer.from(bytes, 'base64') };
  const boolean = reader.match(BOOLEAN)?.[1];
  if (boolean !== undefined) return { kind: 'boolean', value: boolean === '1' };
  reader.fail();
  return TRUE;
}
