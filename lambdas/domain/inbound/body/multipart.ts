/** Text fields of `multipart/form-data` (RFC 7578), which Mailgun uses when a message has attachments. */

const MAX_PARTS = 256;
/** Of a part's headers, of its value, and of the content type: what is longer is no signature and not worth matching. */
const MAX_CHARS = 1024;
const HEADERS_END = '\r\n\r\n';

/**
 * Names and values of short parts that are no files, in order; undefined without a boundary in the content type. Bytes
 * are read as characters of their own: what schemes look for is ASCII.
 */
export function multipartFields(
  body: Uint8Array,
  contentType: string,
): readonly (readonly [name: string, value: string])[] | undefined {
  const [, quoted, bare] =
    /^multipart\/form-data\b.*;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(
      contentType.slice(0, MAX_CHARS),
    ) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) return undefined;
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  return `\r\n${text}`
    .split(`\r\n--${boundary}`, MAX_PARTS)
    .slice(1)
    .flatMap((part) => {
      const end = part.indexOf(HEADERS_END);
      const headers = end >= 0 && end <= MAX_CHARS ? part.slice(0, end) : '';
      const name = /^content-disposition: *form-data;(?:.*;)? *name="([^"]*)"/im.exec(headers)?.[1];
      const value = part.slice(end + HEADERS_END.length);
      const isField = name !== undefined && !/\bfilename\*?=/i.test(headers);
      return isField && value.length <= MAX_CHARS ? [[name, value] as const] : [];
    });
}
