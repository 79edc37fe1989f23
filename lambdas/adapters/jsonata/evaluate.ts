/** JSONata itself: one expression read, or evaluated. Runs in the worker, and in tests that need no protection. */
import jsonata from 'jsonata';
import type { ExpressionFault, Transformed } from '../../ports/transformer.ts';

/**
 * Calls within calls, and, as JSONata counts, parts that are evaluated side by side: three for each group of `items{key:
 * value}`. Honest expressions have thousands of the latter; one that calls itself without end is here within a second.
 */
const MAX_DEPTH = 5_000;
/** Of a list made on the way. */
const MAX_SEQUENCE = 200_000;
/** A body of 1 MiB, its escapes, and headers. Whoever reads it back has little memory too. */
const MAX_RESULT_CHARACTERS = 2 * 1024 * 1024;
/** Faults quote what they met; the record keeps what tells. */
const MAX_MESSAGE_LENGTH = 300;
/** Read, they take up to 80 times as much memory, and what others keep ready must not cost the next one its evaluation. */
const MAX_READY_CHARACTERS = 64 * 1024;

type Expression = ReturnType<typeof jsonata>;
type Read = { readonly ok: true; readonly expression: Expression } | Extract<Transformed, { ok: false }>;

/** Expressions that were read, the most recently used last. */
const ready = new Map<string, Expression>();
let readyCharacters = 0;

export function read(text: string): Read {
  try {
    const expression = ready.get(text) ?? jsonata(text, { stack: MAX_DEPTH, sequence: MAX_SEQUENCE });
    if (ready.delete(text)) readyCharacters -= text.length;
    ready.set(text, expression);
    readyCharacters += text.length;
    for (const oldest of ready.keys()) {
      if (readyCharacters <= MAX_READY_CHARACTERS) break;
      ready.delete(oldest);
      readyCharacters -= oldest.length;
    }
    return { ok: true, expression };
  } catch (error) {
    return { ok: false, fault: faultOf(error) };
  }
}

/**
 * Keys by which JSONata knows its own functions. It refuses them where an expression makes an object and not in what it is
 * given: what a stranger sent would be called.
 */
const MARK = /"(_jsonata_(?:lambda|function))" *:/;

/** @param input JSON text, as `JSON.stringify` writes it: keys have no escapes they do not need */
export async function evaluate(text: string, input: string): Promise<Transformed> {
  const found = read(text);
  if (!found.ok) return found;
  const mark = MARK.exec(input)?.[1];
  if (mark !== undefined)
    return refused(`the event has a key "${mark}", which JSONata keeps for its functions`);
  try {
    const result: unknown = await found.expression.evaluate(JSON.parse(input), { eval: noEval });
    return written(result);
  } catch (error) {
    return { ok: false, fault: faultOf(error) };
  }
}

/** It would read code out of what a stranger sent. */
function noEval(): never {
  throw { message: '$eval is not available' };
}

function refused(message: string): Transformed {
  return { ok: false, fault: { message } };
}

function written(result: unknown): Transformed {
  let json: string | undefined;
  try {
    json = JSON.stringify(result, (_, value) => {
      if (isFunction(value)) throw new TypeError('its result holds a function, which is no JSON');
      return value;
    });
  } catch (error) {
    return refused(error instanceof TypeError ? error.message : 'its result is nested too deeply');
  }
  if (json === undefined) return refused('it gave nothing');
  if (json.length > MAX_RESULT_CHARACTERS)
    return refused(`its result is ${json.length} characters of JSON, too many`);
  return { ok: true, json };
}

/** As JSONata itself marks them. */
function isFunction(value: unknown): boolean {
  if (typeof value === 'function') return true;
  if (typeof value !== 'object' || value === null) return false;
  return '_jsonata_lambda' in value || '_jsonata_function' in value;
}

/** JSONata throws plain objects; V8 throws errors, for a stack that ran out or a text that became too long. */
function faultOf(error: unknown): ExpressionFault {
  const { message, position } = error as { readonly message?: unknown; readonly position?: unknown };
  const text = typeof message === 'string' ? message : 'it failed';
  return {
    message: text.length <= MAX_MESSAGE_LENGTH ? text : `${text.slice(0, MAX_MESSAGE_LENGTH)}…`,
    ...(typeof position === 'number' && { position }),
  };
}
