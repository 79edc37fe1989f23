/** A body as picks, filters and transformations look at it. */
import { bodyJson } from './body-json.ts';

/** Of a form; more are not looked at. */
const MAX_FORM_FIELDS = 1000;

const FORM_TYPE = /^application\/x-www-form-urlencoded\b/i;

/**
 * JSON whatever its content type says, which many senders leave at that of a form; or the fields of a form (a repeated
 * one is a list). Undefined for anything else.
 */
export function parsedBody(contentType: string, body: Uint8Array): unknown {
  const json = bodyJson(body);
  if (json !== undefined || !FORM_TYPE.test(contentType)) return json;
  return formOf(Buffer.from(body).toString('utf8'));
}

function formOf(text: string): Readonly<Record<string, string | string[]>> {
  const fields = new Map<string, string | string[]>();
  let count = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    count += 1;
    if (count > MAX_FORM_FIELDS) break;
    const before = fields.get(name);
    fields.set(name, before === undefined ? value : [before, value].flat());
  }
  return Object.fromEntries(fields);
}
