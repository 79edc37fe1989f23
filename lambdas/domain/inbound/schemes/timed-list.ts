/** Vendors with one header `t=…,v1=…,v1=…`: a time, and a signature for each secret that is valid. */
import { idInBody } from '../body/body-json.ts';
import { decodeHex } from '../encoding.ts';
import { DEFAULT_TOLERANCE_SECONDS, freshTime, type ToleranceOption } from '../freshness.ts';
import { anyMac, textKeys } from '../mac.ts';
import { pairs, requireList } from '../read-header.ts';
import type { Verifier } from '../scheme.ts';
import { rejected, verified } from '../verdict.ts';
import { NO_SECRET, noMatch } from '../verdict-words.ts';

interface TimedList {
  readonly header: string;
  readonly separator: string;
  readonly timeKey: string;
  readonly signatureKey: string;
  /** Between the time and the body. */
  readonly joiner: string;
  readonly toleranceSeconds: number;
  /** Where the body has the sender's id. */
  readonly idPath: readonly string[];
}

function timedList(scheme: TimedList): Verifier<ToleranceOption> {
  return ({ request, secrets, options, nowSeconds }) => {
    const keys = textKeys(secrets);
    if (keys.length === 0) return NO_SECRET;
    const elements = requireList(request, scheme.header, scheme.separator);
    if (!elements.ok) return elements;
    const found = pairs(elements.value);
    const times = found.filter(([key]) => key === scheme.timeKey);
    const signatures = found.filter(([key]) => key === scheme.signatureKey);
    if (times.length !== 1) {
      return rejected(
        'malformed_header',
        `The ${scheme.header} header has ${times.length} times ${scheme.timeKey}=; it must have one.`,
      );
    }
    if (signatures.length === 0) {
      return rejected(
        'unsupported_algorithm',
        `The ${scheme.header} header has no ${scheme.signatureKey}= signature.`,
      );
    }
    const timestamp = times[0]![1];
    const tolerance = options.toleranceSeconds ?? scheme.toleranceSeconds;
    const signedAt = freshTime(timestamp, 'seconds', tolerance, nowSeconds);
    if (!signedAt.ok) return signedAt;
    const candidates = signatures.flatMap(([, value]) => decodeHex(value) ?? []);
    if (!anyMac('sha256', keys, [timestamp, scheme.joiner, request.body], candidates)) {
      return noMatch(scheme.header);
    }
    const deliveryId = idInBody(request.body, scheme.idPath);
    return verified({ signedAt: signedAt.value, ...(deliveryId !== undefined && { deliveryId }) });
  };
}

/**
 * https://docs.stripe.com/webhooks#verify-manually. `whsec_` is part of the key. Stripe's library takes any time in the
 * future; we do not.
 */
export const verifyStripe = timedList({
  header: 'Stripe-Signature',
  separator: ',',
  timeKey: 't',
  signatureKey: 'v1',
  joiner: '.',
  toleranceSeconds: DEFAULT_TOLERANCE_SECONDS,
  idPath: ['id'],
});

/** https://docs.mux.com/core/verify-webhook-signatures: Stripe's scheme under another name. */
export const verifyMux = timedList({
  header: 'Mux-Signature',
  separator: ',',
  timeKey: 't',
  signatureKey: 'v1',
  joiner: '.',
  toleranceSeconds: DEFAULT_TOLERANCE_SECONDS,
  idPath: ['id'],
});

/** As in Paddle's own libraries. */
const PADDLE_TOLERANCE_SECONDS = 5;

/** https://developer.paddle.com/webhooks/signature-verification */
export const verifyPaddle = timedList({
  header: 'Paddle-Signature',
  separator: ';',
  timeKey: 'ts',
  signatureKey: 'h1',
  joiner: ':',
  toleranceSeconds: PADDLE_TOLERANCE_SECONDS,
  idPath: ['event_id'],
});
