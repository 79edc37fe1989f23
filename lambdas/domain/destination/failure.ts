/** What it means that AWS did not take an event: from the names of its errors to ours. */
import type { DestinationError } from '../error-code.ts';

/** The parts of an SDK error that mean something. */
export interface Refusal {
  /** Its name, or the code of an entry of a batch. */
  readonly name: string;
  readonly message: string;
  /** Absent when no answer arrived. */
  readonly statusCode?: number;
}

/** An SDK error, or one of the network: what the SDK puts on both. */
export function refusalOf(error: unknown): Refusal {
  const { name, message, code, $metadata } = error as {
    readonly name?: unknown;
    readonly message?: unknown;
    readonly code?: unknown;
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  const statusCode = $metadata?.httpStatusCode;
  return {
    name: String((statusCode === undefined && code) || name || 'Error'),
    message: typeof message === 'string' ? message : '',
    ...(statusCode !== undefined && { statusCode }),
  };
}

export type RefusalMeaning =
  | { readonly error: DestinationError; readonly detail: string }
  /** Nothing the endpoint's owner has a part in: no attempt is used up. */
  | { readonly error: 'our_fault'; readonly detail: string };

const MAX_DETAIL_LENGTH = 300;

/** Credentials of ours that AWS does not take, or that this process has none of. */
const OUR_CREDENTIALS =
  /^(CredentialsProviderError|ExpiredToken|UnrecognizedClient|InvalidClientTokenId|SignatureDoesNotMatch|InvalidSignature|RequestExpired|IncompleteSignature|MissingAuthenticationToken|OptInRequired)/;
const TOO_LARGE =
  /too large|too long|must be shorter than|over the limit|exceeded? the maximum|size.*exceed/i;

/** In this order: the first that fits. Names differ by service, protocol and the suffix "Exception". */
const MEANINGS: readonly (readonly [RegExp, DestinationError])[] = [
  [/thrott|TooManyRequests|RequestLimitExceeded|LimitExceeded|OverLimit/i, 'destination_throttled'],
  [/^kms/i, 'destination_denied'],
  [/AccessDenied|AuthorizationError|NotAuthorized|InvalidSecurity|EndpointDisabled/i, 'destination_denied'],
  [/NotFound|DoesNotExist|NonExistentQueue|QueueDeletedRecently|InvalidAddress/i, 'destination_not_found'],
  [/TooLarge|TooLong/i, 'destination_too_large'],
];

export function meaningOf(refusal: Refusal): RefusalMeaning {
  const detail = detailOf(refusal);
  if (OUR_CREDENTIALS.test(refusal.name)) return { error: 'our_fault', detail };
  const known = MEANINGS.find(([names]) => names.test(refusal.name));
  if (known !== undefined) return { error: known[1], detail };
  const { statusCode } = refusal;
  if (statusCode === undefined || statusCode >= 500) return { error: 'destination_unavailable', detail };
  if (statusCode === 429) return { error: 'destination_throttled', detail };
  if (statusCode === 413 || TOO_LARGE.test(refusal.message))
    return { error: 'destination_too_large', detail };
  return { error: 'destination_rejected', detail };
}

/** Of taking on a role. That STS itself is not well, or limits us, is no fault of the role. */
export function meaningOfRoleRefusal(refusal: Refusal): RefusalMeaning {
  const meaning = meaningOf(refusal);
  const ours = ['our_fault', 'destination_throttled', 'destination_unavailable'].includes(meaning.error);
  return ours
    ? { error: 'our_fault', detail: `STS: ${meaning.detail}` }
    : { error: 'role_not_assumable', detail: meaning.detail };
}

export function tooLarge(bytes: number, limit: number): RefusalMeaning {
  return { error: 'destination_too_large', detail: `${bytes} bytes; at most ${limit}` };
}

function detailOf({ name, message }: Refusal): string {
  const text = message === '' || message === name ? name : `${name}: ${message}`;
  return text.length <= MAX_DETAIL_LENGTH ? text : `${text.slice(0, MAX_DETAIL_LENGTH - 1)}…`;
}
