/** A transformation: what its JSONata expression is given, and what it has to give back. */
import { type EventToSend, MAX_BODY_BYTES } from '../event.ts';
import { subjectOf } from '../filter/subject.ts';
import { checkHeaders, MEDIA_TYPE_SHAPE } from '../headers.ts';
import { idTimeMs } from '../ids.ts';
import { fail, ok, type Result } from '../result.ts';

export const MAX_TRANSFORMATION_BYTES = 8 * 1024;
const MAX_CONTENT_TYPE_LENGTH = 128;
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json *(?:;|$)/i;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What an expression looks at. Without a call (a published event) there is no method, path, query or source. */
export interface TransformationInput {
  readonly type: string;
  readonly owner_id: string | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly query: unknown;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Parsed when it is JSON, else the text; null when it is neither. */
  readonly body: unknown;
  readonly source_id: string | null;
  /** ISO 8601. */
  readonly created_at: string | null;
}

/** The same view of the event that filters have, and a little more, as JSON text. Or why it can't be written. */
export function transformationInput(
  event: Omit<EventToSend, 'id'> & { readonly id?: string },
): Result<string, string> {
  const subject = subjectOf(event);
  const input: TransformationInput = {
    type: event.type,
    owner_id: event.owner ?? null,
    method: event.inbound?.method ?? null,
    path: event.inbound?.path ?? null,
    query: subject.query ?? null,
    headers: subject.headers as TransformationInput['headers'],
    body: subject.body === undefined ? (textOf(event.body) ?? null) : subject.body,
    source_id: event.inbound?.source ?? null,
    created_at: event.id === undefined ? null : new Date(idTimeMs(event.id)).toISOString(),
  };
  const text = written(input);
  return text === undefined ? fail('the body of the event is nested too deeply') : ok(text);
}

/** Reading takes any depth, writing only so much: beyond it the stack runs out. */
function written(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** What an expression made of it; what it left out stays as it was. */
export interface TransformedParts {
  readonly body: Uint8Array;
  readonly contentType: string;
  /** In the spelling it gave. null takes a header away. */
  readonly headers: Readonly<Record<string, string | null>>;
  readonly path?: string;
  readonly query?: string;
}

const FIELDS = ['body', 'headers', 'content_type', 'path', 'query'];

/**
 * `{"body", "headers"?, "content_type"?, "path"?, "query"?}`. A body goes out as JSON, but for a text with a content
 * type that isn't JSON: that goes out as it is. Or one sentence on what is wrong.
 * @param json what the expression gave, as JSON text
 */
export function readTransformed(json: string): Result<TransformedParts, string> {
  const value: unknown = JSON.parse(json);
  if (!isObject(value)) return fail(`it has to give an object with a "body", not ${kindOf(value)}`);
  const unknown = Object.keys(value).find((name) => !FIELDS.includes(name));
  if (unknown !== undefined) return fail(`"${shorten(unknown)}" is none of ${FIELDS.join(', ')}`);
  if (!Object.hasOwn(value, 'body')) return fail('it gave no "body"');
  const { headers, content_type: contentType = 'application/json', path, query } = value;
  if (!isContentType(contentType))
    return fail('its "content_type" has to be a media type such as text/plain');
  if (path !== undefined && typeof path !== 'string')
    return fail(`its "path" has to be text, not ${kindOf(path)}`);
  const body = bodyBytes(value.body, contentType);
  if (body === undefined) return fail('its body is nested too deeply');
  if (body.length > MAX_BODY_BYTES)
    return fail(`its body has ${body.length} bytes, ${MAX_BODY_BYTES} are the most`);
  const checked = readHeaders(headers);
  if (!checked.ok) return checked;
  const asked = readQuery(query);
  if (!asked.ok) return asked;
  return ok({
    body,
    contentType,
    headers: checked.value,
    ...(path !== undefined && { path }),
    ...(asked.value !== undefined && { query: asked.value }),
  });
}

function bodyBytes(body: unknown, contentType: string): Uint8Array | undefined {
  const asItIs = typeof body === 'string' && !JSON_TYPE.test(contentType);
  const text = asItIs ? body : written(body);
  return text === undefined ? undefined : Buffer.from(text);
}

function readHeaders(headers: unknown): Result<Readonly<Record<string, string | null>>, string> {
  if (headers === undefined) return ok({});
  if (!isObject(headers)) return fail(`its "headers" have to be an object, not ${kindOf(headers)}`);
  const read = new Map<string, string | null>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== null && typeof value === 'object') {
      return fail(`its header "${shorten(name)}" has to be text, not ${kindOf(value)}`);
    }
    read.set(name, value === null ? null : String(value));
  }
  const set = [...read].map(([name, value]) => [name, value ?? ''] as const);
  const [first] = checkHeaders(Object.fromEntries(set), 'headers');
  return first === undefined
    ? ok(Object.fromEntries(read))
    : fail(`its ${shorten(first.field)} can not be sent: ${first.detail}`);
}

/** A text as it is; of an object each name with its value, or its values. */
function readQuery(query: unknown): Result<string | undefined, string> {
  if (query === undefined) return ok(undefined);
  if (query === null) return ok('');
  if (typeof query === 'string') return ok(query.replace(/^\?/, ''));
  if (!isObject(query)) return fail(`its "query" has to be text or an object, not ${kindOf(query)}`);
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, one] as const),
  );
  if (pairs.some(([, one]) => typeof one === 'object'))
    return fail('its "query" may hold texts and lists of texts');
  return ok(pairs.map(([name, one]) => `${encode(name)}=${encode(String(one))}`).join('&'));
}

/** Lone surrogates, which no URL can hold, become what decoders show for them. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isContentType(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_CONTENT_TYPE_LENGTH && MEDIA_TYPE_SHAPE.test(value);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'string' ? 'text' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}
