/** What a call says of its body, as far as a delivery can say it again. */
import { MAX_HEADER_VALUE_LENGTH, PRINTABLE_ASCII } from '../headers.ts';

/** Names in lower case. */
type Named = Readonly<Record<string, string>>;

const ORDINARY_CONTENT_TYPE = 'application/octet-stream';

/** One that no delivery could carry would stop all of them. */
export function contentTypeOf({ 'content-type': given = '' }: Named): string {
  const fits = given !== '' && given.length <= MAX_HEADER_VALUE_LENGTH && PRINTABLE_ASCII.test(given);
  return fits ? given : ORDINARY_CONTENT_TYPE;
}

/** Names of codings, such as `gzip` (RFC 9110, 8.4). */
const CODINGS = /^[a-z0-9-]+(?: *, *[a-z0-9-]+)*$/i;
const MAX_CODINGS_LENGTH = 64;

/** The header that says how a body is compressed, for whoever gets its bytes; empty where it is not. */
export function encodingHeader({ 'content-encoding': given = '' }: Named): Named {
  return CODINGS.test(given) && given.length <= MAX_CODINGS_LENGTH ? { 'content-encoding': given } : {};
}
