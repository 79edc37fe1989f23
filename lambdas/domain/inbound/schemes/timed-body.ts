/** Vendors that sign a time with the body, each in a header of its own. */
import { idInBody } from '../body/body-json.ts';
import { decode, type Encoding } from '../encoding.ts';
import { DEFAULT_TOLERANCE_SECONDS, freshTime, type TimeFormat, type ToleranceOption } from '../freshness.ts';
import { anyMac, type Signed, textKeys } from '../mac.ts';
import { idHeader, requireHeader } from '../read-header.ts';
import type { InboundRequest } from '../request.ts';
import type { Verifier } from '../scheme.ts';
import { rejected, verified } from '../verdict.ts';
import { NO_SECRET, noMatch } from '../verdict-words.ts';

interface TimedBody {
  readonly signature: string;
  readonly prefix: string;
  readonly encoding: Encoding;
  readonly timestamp: string;
  readonly format: TimeFormat;
  readonly toleranceSeconds: number;
  /** A further header that is signed, too. */
  readonly also?: string;
  /** What may have been signed: more than one where vendors are not of one mind. `also` is that header's value. */
  readonly signed: (request: InboundRequest, timestamp: string, also: string) => readonly Signed[];
  readonly id?: (request: InboundRequest) => string | undefined;
}

const MAC_LENGTH = 32;

function timedBody(scheme: TimedBody): Verifier<ToleranceOption> {
  const { signature: header, prefix, encoding } = scheme;
  return ({ request, secrets, options, nowSeconds }) => {
    const keys = textKeys(secrets);
    if (keys.length === 0) return NO_SECRET;
    const value = requireHeader(request, header);
    if (!value.ok) return value;
    const timestamp = requireHeader(request, scheme.timestamp);
    if (!timestamp.ok) return timestamp;
    const also = scheme.also === undefined ? undefined : requireHeader(request, scheme.also);
    if (also?.ok === false) return also;
    const signature = value.value.startsWith(prefix)
      ? decode(value.value.slice(prefix.length), encoding)
      : undefined;
    if (signature?.length !== MAC_LENGTH) {
      return rejected('malformed_header', `The ${header} header is not ${prefix}SHA256 in ${encoding}.`);
    }
    const tolerance = options.toleranceSeconds ?? scheme.toleranceSeconds;
    const signedAt = freshTime(timestamp.value, scheme.format, tolerance, nowSeconds);
    if (!signedAt.ok) return signedAt;
    const variants = scheme.signed(request, timestamp.value, also?.value ?? '');
    if (!variants.some((signed) => anyMac('sha256', keys, signed, [signature]))) return noMatch(header);
    const deliveryId = scheme.id?.(request);
    return verified({ signedAt: signedAt.value, ...(deliveryId !== undefined && { deliveryId }) });
  };
}

/** https://docs.slack.dev/authentication/verifying-requests-from-slack; slash commands have no event id. */
export const verifySlack = timedBody({
  signature: 'X-Slack-Signature',
  prefix: 'v0=',
  encoding: 'hex',
  timestamp: 'X-Slack-Request-Timestamp',
  format: 'seconds',
  toleranceSeconds: DEFAULT_TOLERANCE_SECONDS,
  signed: (request, timestamp) => [['v0:', timestamp, ':', request.body]],
  id: (request) => idInBody(request.body, ['event_id']),
});

/** https://developers.zoom.us/docs/api/webhooks/: Slack's scheme, no tolerance stated. */
export const verifyZoom = timedBody({
  signature: 'x-zm-signature',
  prefix: 'v0=',
  encoding: 'hex',
  timestamp: 'x-zm-request-timestamp',
  format: 'seconds',
  toleranceSeconds: DEFAULT_TOLERANCE_SECONDS,
  signed: (request, timestamp) => [['v0:', timestamp, ':', request.body]],
});

/** https://developer.zendesk.com/documentation/webhooks/verifying/; the secret looks like base64, its text is the key. */
export const verifyZendesk = timedBody({
  signature: 'X-Zendesk-Webhook-Signature',
  prefix: '',
  encoding: 'base64',
  timestamp: 'X-Zendesk-Webhook-Signature-Timestamp',
  format: 'rfc3339',
  toleranceSeconds: DEFAULT_TOLERANCE_SECONDS,
  signed: (request, timestamp) => [[timestamp, request.body]],
  id: (request) => idHeader(request, 'X-Zendesk-Webhook-Invocation-Id'),
});

const TWITCH_TOLERANCE_SECONDS = 600;

/** https://dev.twitch.tv/docs/eventsub/handling-webhook-events/: the time is signed as it was written. */
export const verifyTwitch = timedBody({
  signature: 'Twitch-Eventsub-Message-Signature',
  prefix: 'sha256=',
  encoding: 'hex',
  timestamp: 'Twitch-Eventsub-Message-Timestamp',
  format: 'rfc3339',
  toleranceSeconds: TWITCH_TOLERANCE_SECONDS,
  also: 'Twitch-Eventsub-Message-Id',
  signed: (request, timestamp, messageId) => [[messageId, timestamp, request.body]],
  id: (request) => idHeader(request, 'Twitch-Eventsub-Message-Id'),
});

/** https://developers.hubspot.com/docs/apps/legacy-apps/authentication/validating-requests, version 3. */
export const verifyHubspotV3 = timedBody({
  signature: 'X-HubSpot-Signature-V3',
  prefix: '',
  encoding: 'base64',
  timestamp: 'X-HubSpot-Request-Timestamp',
  format: 'milliseconds',
  toleranceSeconds: DEFAULT_TOLERANCE_SECONDS,
  signed: (request, timestamp) =>
    [...new Set([decodeHubspotUrl(request.url), request.url])].map((url) => [
      request.method.toUpperCase(),
      url,
      request.body,
      timestamp,
    ]),
});

/** HubSpot signs the URL with exactly these twelve characters unescaped, and every other escape left as it is. */
function decodeHubspotUrl(url: string): string {
  return url.replace(/%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, (escaped) =>
    String.fromCharCode(Number.parseInt(escaped.slice(1), 16)),
  );
}
