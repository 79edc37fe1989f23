/** Vendors that sign the body with each secret that is valid, so there are several signatures. */

import { fail, ok, type Result } from '../../result.ts';
import { idInBody } from '../body/body-json.ts';
import { decode, type Encoding } from '../encoding.ts';
import { anyMac, textKeys } from '../mac.ts';
import { idHeader, pairs, requireHeader, requireList } from '../read-header.ts';
import { type InboundRequest, singleHeader } from '../request.ts';
import type { Verifier } from '../scheme.ts';
import { type Rejection, verified } from '../verdict.ts';
import { NO_SECRET, NO_SIGNED_TIME, noMatch } from '../verdict-words.ts';

interface BodySignatures<Options> {
  readonly where: string;
  readonly encoding: Encoding;
  readonly signatures: (request: InboundRequest, options: Options) => Result<readonly string[], Rejection>;
  readonly id: (request: InboundRequest, options: Options) => string | undefined;
}

function bodySignatures<Options>(scheme: BodySignatures<Options>): Verifier<Options> {
  return ({ request, secrets, options }) => {
    const keys = textKeys(secrets);
    if (keys.length === 0) return NO_SECRET;
    const signatures = scheme.signatures(request, options);
    if (!signatures.ok) return signatures;
    const candidates = signatures.value.flatMap((text) => decode(text, scheme.encoding) ?? []);
    if (!anyMac('sha256', keys, [request.body], candidates)) return noMatch(scheme.where);
    const deliveryId = scheme.id(request, options);
    return verified({ ...(deliveryId !== undefined && { deliveryId }), warning: NO_SIGNED_TIME });
  };
}

/** https://developer.pagerduty.com/docs/verifying-webhook-signatures */
export const verifyPagerduty = bodySignatures<object>({
  where: 'X-PagerDuty-Signature',
  encoding: 'hex',
  signatures: (request) => {
    const elements = requireList(request, 'X-PagerDuty-Signature', ',');
    if (!elements.ok) return elements;
    const v1 = pairs(elements.value).filter(([version]) => version === 'v1');
    return v1.length > 0
      ? ok(v1.map(([, signature]) => signature))
      : fail({ reason: 'unsupported_algorithm', detail: 'X-PagerDuty-Signature has no v1= signature.' });
  },
  id: (request) => idInBody(request.body, ['event', 'id']),
});

/** https://hookdeck.com/docs/authentication: the second header is there while a secret is being rotated. */
export const verifyHookdeck = bodySignatures<object>({
  where: 'x-hookdeck-signature',
  encoding: 'base64',
  signatures: (request) => {
    const first = requireHeader(request, 'x-hookdeck-signature');
    if (!first.ok) return first;
    const second = singleHeader(request, 'x-hookdeck-signature-2');
    return ok(second === undefined ? [first.value] : [first.value, second]);
  },
  id: (request) => idHeader(request, 'x-hookdeck-eventid'),
});

export interface OutpostOptions {
  /** What the deployment's header names begin with; `x-outpost-` unless it was changed. */
  readonly headerPrefix?: string;
}

const OUTPOST_HEADER_PREFIX = 'x-outpost-';

/** Outpost as it signs by default: `v0=` and a signature for each secret. Its timestamp header is not signed. */
export const verifyOutpost = bodySignatures<OutpostOptions>({
  where: 'the signature header',
  encoding: 'hex',
  signatures: (request, options) => {
    const header = `${options.headerPrefix ?? OUTPOST_HEADER_PREFIX}signature`;
    const elements = requireList(request, header, ',');
    if (!elements.ok) return elements;
    const [first, ...others] = elements.value;
    return first?.startsWith('v0=')
      ? ok([first.slice('v0='.length), ...others])
      : fail({ reason: 'malformed_header', detail: `The ${header} header does not begin with v0=.` });
  },
  id: (request, options) => idHeader(request, `${options.headerPrefix ?? OUTPOST_HEADER_PREFIX}event-id`),
});
