/** The forms of one URL that Twilio signs: with its port or without, and its query escaped in either of two ways. */

export interface TwilioUrls {
  /** As it was given first. */
  readonly urls: readonly string[];
  /** The hash of a body that is no form; Twilio adds it to the query. */
  readonly bodySha256?: string;
}

const STANDARD_PORTS: Readonly<Record<string, string>> = { 'https:': ':443', 'http:': ':80' };

export function twilioUrls(url: string): TwilioUrls {
  if (!URL.canParse(url)) return { urls: [url] };
  const parsed = new URL(url);
  const bodySha256 = parsed.searchParams.get('bodySHA256') ?? undefined;
  const bare = new URL(url);
  bare.port = '';
  const forms = [bare.toString(), parsed.port === '' ? withStandardPort(parsed) : parsed.toString()];
  const urls = [...new Set([url, ...forms, ...forms.map(withEscapedQuery)])];
  return { urls, ...(bodySha256 !== undefined && { bodySha256 }) };
}

/** `URL` itself leaves a standard port out. */
function withStandardPort(url: URL): string {
  const password = url.password === '' ? '' : `:${url.password}`;
  const account = url.username === '' && password === '' ? '' : `${url.username}${password}@`;
  const port = STANDARD_PORTS[url.protocol] ?? '';
  return `${url.protocol}//${account}${url.host}${port}${url.pathname}${url.search}${url.hash}`;
}

/** Older signers escaped each name and value as `encodeURIComponent` does. */
function withEscapedQuery(url: string): string {
  const parsed = new URL(url);
  const query = [...parsed.searchParams]
    .map(
      ([name, value]) =>
        `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(value.toWellFormed())}`,
    )
    .join('&');
  if (query === '') return url;
  const end = url.indexOf('?');
  return `${url.slice(0, end)}?${query}`;
}
