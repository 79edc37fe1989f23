/**
 * What of a call is kept, routed and forwarded: all but the credential that its preset compares. A signature proves one
 * call; a credential proves any, and whoever may look at events is not meant to be able to make them.
 */
import type { Preset } from './presets/preset.ts';
import { DEFAULT_KEY_HEADER } from './schemes/credentials.ts';

interface Carrying {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly query: string;
}

interface Place {
  readonly header?: string;
  readonly query?: string;
}

export function withoutCredentials<Call extends Carrying>(verification: Preset, call: Call): Call {
  const { header, query } = placeOf(verification);
  if (query !== undefined) return { ...call, query: withoutName(call.query, query) };
  if (header === undefined) return call;
  const { [header.toLowerCase()]: _, ...headers } = call.headers;
  return { ...call, headers };
}

function placeOf({ preset, header, query }: Preset): Place {
  switch (preset) {
    case 'basic-auth':
    case 'jwt':
    case 'google-pubsub':
      return { header: 'authorization' };
    case 'gitlab':
      return { header: 'x-gitlab-token' };
    case 'meta':
      return { query: 'hub.verify_token' };
    case 'api-key':
      if (typeof query === 'string') return { query };
      return { header: typeof header === 'string' ? header : DEFAULT_KEY_HEADER };
    default:
      return {};
  }
}

/** The other parameters stay as they are spelled. */
function withoutName(query: string, name: string): string {
  return query
    .split('&')
    .filter((pair) => !new URLSearchParams(pair).has(name))
    .join('&');
}
