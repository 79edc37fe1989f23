/** Bodies inside an answer of the API, which ends where Lambda's answers do. */
import { textOrBase64 } from './api/views.ts';

type CarriedBody = ReturnType<typeof textOrBase64>;

/** An answer of Lambda ends at 6 MB, and headers stand in it too. */
export const MAX_CARRIED_BYTES = 3 * 1024 * 1024;

/** As people can read it, unless that makes one body too long: a control character becomes seven. */
export function carriedBody(body: Uint8Array): CarriedBody {
  const carried = textOrBase64(body);
  if (carriedBytes(carried) <= MAX_CARRIED_BYTES) return carried;
  return { body_base64: Buffer.from(body).toString('base64') };
}

/** An answer is JSON, and travels as a text in Lambda's own JSON: what is escaped is escaped twice. */
export function carriedBytes(carried: CarriedBody): number {
  return Buffer.byteLength(JSON.stringify(JSON.stringify(carried)));
}
