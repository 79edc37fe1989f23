/** The body of a call as picks look at it. */
import { bodyJson } from './body-json.ts';

/** Of a form; more are not looked at. */
const MAX_FORM_FIELDS = 1000;

/** JSON of any content type, or the fields of a form (a repeated one is a list). Undefined for anything else. */
export function parsedBody(contentType: string, body: Uint8Array): unknown {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(contentType);
  return isForm ? formOf(Buffer.from(body).toString('utf8')) : bodyJson(body);
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
