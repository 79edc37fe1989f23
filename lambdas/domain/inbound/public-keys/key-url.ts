/** Where the public key of a call is, for the schemes whose keys are fetched. */
import { bearerToken } from '../bearer.ts';
import type { Preset } from '../presets/preset.ts';
import type { InboundRequest } from '../request.ts';
import { paypalCertificateUrl } from '../schemes/paypal.ts';
import { GOOGLE_JWKS_URL } from '../schemes/pubsub.ts';
import { snsCertificateUrl, snsMessageOf } from '../schemes/sns-message.ts';
import { parseJws } from './jws.ts';

/**
 * An https URL at the vendor, or the issuer's that the source names; what is found there goes to `verifyInbound` as one
 * more secret. Undefined when the scheme needs no fetched key, or the call can't be believed whatever the key: calls of
 * strangers must not make us fetch things. Never leads anywhere else, whatever the call says.
 */
export function keyUrlOf(preset: Preset, request: InboundRequest): string | undefined {
  switch (preset.preset) {
    case 'aws-sns': {
      const message = snsMessageOf(request.body);
      if (message === undefined) return undefined;
      const { topicArns } = preset;
      if (Array.isArray(topicArns) && !topicArns.includes(message.TopicArn)) return undefined;
      return snsCertificateUrl(message.SigningCertURL);
    }
    case 'paypal':
      return paypalCertificateUrl(request);
    case 'google-pubsub':
      return hasToken(request) ? GOOGLE_JWKS_URL : undefined;
    case 'jwt':
      return typeof preset.jwksUrl === 'string' && hasToken(request) ? preset.jwksUrl : undefined;
    default:
      return undefined;
  }
}

function hasToken(request: InboundRequest): boolean {
  const token = bearerToken(request);
  return token.ok && parseJws(token.value).ok;
}
