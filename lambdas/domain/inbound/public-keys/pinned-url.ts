/** URLs inside messages, before the message is believed: only places that the vendor alone can put files at. */

/**
 * The canonical spelling of an https URL without user, port, query or fragment, whose host and path are the vendor's;
 * undefined for any other. What is fetched must be what this returned: parsers disagree about other spellings.
 */
export function pinnedFileUrl(text: string, host: RegExp, path: RegExp): string | undefined {
  const url = pinnedUrl(text, host);
  if (url === undefined || url.search !== '' || !path.test(url.pathname)) return undefined;
  return url.href;
}

/** The same with any path and query, for a link to follow. */
export function pinnedUrl(text: string, host: RegExp): URL | undefined {
  if (text.length > 2048 || !/^https:\/\/[!-~]+$/i.test(text) || /[\\#@]/.test(text)) return undefined;
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'https:' || url.username !== '' || url.password !== '')
    return undefined;
  return url.port === '' && host.test(url.hostname) ? url : undefined;
}
