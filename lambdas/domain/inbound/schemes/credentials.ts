/** Senders that show a credential and sign nothing. */

import { fail, ok, type Result } from '../../result.ts';
import { decodeBase64 } from '../encoding.ts';
import { requireHeader } from '../read-header.ts';
import type { InboundRequest } from '../request.ts';
import type { Verifier } from '../scheme.ts';
import { secretMatches } from '../secret-compare.ts';
import { type Rejection, rejected, verified } from '../verdict.ts';
import { NO_SECRET, NO_SIGNED_BODY } from '../verdict-words.ts';

/** RFC 7617; `secrets` are `user:password`. */
export const verifyBasicAuth: Verifier<object> = ({ request, secrets }) => {
  const accounts = secrets.filter((secret) => secret.includes(':'));
  if (accounts.length === 0) return NO_SECRET;
  const value = requireHeader(request, 'Authorization');
  if (!value.ok) return value;
  const [, encoded = ''] = /^basic +(\S+)$/i.exec(value.value) ?? [];
  const given = decodeBase64(encoded)?.toString('utf8');
  if (given === undefined || !given.includes(':')) {
    return rejected(
      'malformed_header',
      'The Authorization header is not Basic with user:password in base64.',
    );
  }
  return secretMatches(given, accounts)
    ? verified({ warning: NO_SIGNED_BODY })
    : rejected('wrong_credentials', 'User and password are none of the source’s.');
};

export interface ApiKeyOptions {
  /** `X-API-Key` unless the key is somewhere else. */
  readonly header?: string;
  /** What stands before the key in the header: `Bearer `. */
  readonly prefix?: string;
  /** A query parameter instead of a header. */
  readonly query?: string;
}

export const DEFAULT_KEY_HEADER = 'X-API-Key';

export const verifyApiKey: Verifier<ApiKeyOptions> = ({ request, secrets, options }) => {
  const keys = secrets.filter((secret) => secret !== '');
  if (keys.length === 0) return NO_SECRET;
  const given =
    options.query === undefined ? keyInHeader(request, options) : keyInQuery(request, options.query);
  if (!given.ok) return given;
  return secretMatches(given.value, keys)
    ? verified({ warning: NO_SIGNED_BODY })
    : rejected('wrong_credentials', 'The key is none of the source’s.');
};

function keyInHeader(request: InboundRequest, options: ApiKeyOptions): Result<string, Rejection> {
  const { header = DEFAULT_KEY_HEADER, prefix = '' } = options;
  const value = requireHeader(request, header);
  if (!value.ok) return value;
  // Names of authentication schemes have no case.
  return value.value.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase()
    ? ok(value.value.slice(prefix.length).trim())
    : fail({ reason: 'malformed_header', detail: `The ${header} header does not begin with ${prefix}` });
}

function keyInQuery(request: InboundRequest, name: string): Result<string, Rejection> {
  const values = URL.canParse(request.url) ? new URL(request.url).searchParams.getAll(name) : [];
  return values.length === 1
    ? ok(values[0]!)
    : fail({ reason: 'wrong_credentials', detail: `The URL has not exactly one query parameter ${name}.` });
}

/** Everybody is believed, for senders that offer nothing. */
export const verifyNothing: Verifier<object> = () =>
  verified({ warning: 'nothing is verified: whoever knows the URL can send' });
