/** Calls as other programs hand them over, made what verifiers expect. */
import type { InboundRequest } from './request.ts';

/** What a server or a test has at hand: absent headers as undefined, as Node.js has them, and no body where none came. */
export interface GivenRequest {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string | readonly (string | undefined)[] | undefined>>;
  /** Text stands for its UTF-8. */
  readonly body?: Uint8Array | string;
}

/** Whatever isn't text in the headers is left out, so that a verifier finds it missing instead of failing. */
export function requestOf<Given extends GivenRequest>(given: Given): Given & InboundRequest {
  const { method, url, headers, body } = given;
  return {
    ...given,
    method: method ?? '',
    url: url ?? '',
    headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, texts(value)])),
    body: typeof body === 'string' ? Buffer.from(body) : (body ?? new Uint8Array()),
  };
}

/** One text or several. */
export function texts(value: string | readonly (string | undefined)[] | undefined): readonly string[] {
  return [value].flat().filter((text) => typeof text === 'string');
}
