/** The forms of one URL that Twilio may have signed: with its port or without, escaped as we have it or in older ways. */

export interface TwilioUrls {
  /** As its own library tries them. */
  readonly urls: readonly string[];
  /** The hash of a body that is no form; Twilio adds it to the query. */
  readonly bodySha256?: string;
}

/** Scheme with account, host, port, and the rest. */
const PARTS = /^(https?:\/\/(?:[^/?#]*@)?)(\[[^\]]*\]|[^:/?#]*)(:[0-9]+)?(.*)$/is;

export function twilioUrls(url: string): TwilioUrls {
  if (!URL.canParse(url)) return { urls: [url] };
  const parsed = new URL(url);
  const bodySha256 = parsed.searchParams.get('bodySHA256') ?? undefined;
  const normal = bothPorts(parsed.toString());
  const urls = [...new Set([...bothPorts(url), ...normal, ...normal.map(withEscapedQuery)])];
  return { urls, ...(bodySha256 !== undefined && { bodySha256 }) };
}

/** On the text: parsing and printing a URL escapes characters that were signed as they were. */
function bothPorts(url: string): readonly string[] {
  const [, start, host, port, rest] = PARTS.exec(url) ?? [];
  if (start === undefined || host === undefined || rest === undefined) return [url];
  const standard = start.toLowerCase().startsWith('https') ? ':443' : ':80';
  return [start + host + rest, start + host + (port ?? standard) + rest];
}

/** Older signers escaped each name and value, and put the values of one name beside each other. */
function withEscapedQuery(url: string): string {
  const end = url.indexOf('?');
  if (end < 0) return url;
  const values = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(url.slice(end + 1))) {
    const list = values.get(name);
    // Not a new list each time: a thousand values of one name would be copied a thousand times.
    if (list === undefined) values.set(name, [value]);
    else list.push(value);
  }
  const query = [...values].flatMap(([name, list]) =>
    list.map((value) => `${escaped(name)}=${escaped(value)}`),
  );
  return `${url.slice(0, end)}?${query.join('&')}`;
}

function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
