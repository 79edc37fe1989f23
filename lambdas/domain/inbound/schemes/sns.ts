/**
 * Amazon SNS over HTTPS: RSA over chosen fields of the JSON in the body.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */

import { decodeBase64 } from '../encoding.ts';
import { isCurrent } from '../public-keys/certificate.ts';
import { isSignedBy } from '../public-keys/check-signature.ts';
import { publicKeysOf } from '../public-keys/public-key.ts';
import { usableId } from '../read-header.ts';
import { singleHeader } from '../request.ts';
import type { Verifier } from '../scheme.ts';
import { rejected, verified } from '../verdict.ts';
import { NO_SECRET } from '../verdict-words.ts';
import { canonicalText, snsCertificateUrl, snsMessageOf } from './sns-message.ts';

export interface SnsOptions {
  /** Topics to believe. Without it any AWS account's topic is, as SNS signs for all of them with one key. */
  readonly topicArns?: readonly string[];
  /** Believe SignatureVersion 1, which is over SHA-1. Off by default: set the topic to version 2 instead. */
  readonly allowSha1?: boolean;
}

/** `secrets` are the certificate at the message's SigningCertURL, or its public key, as PEM. */
export const verifySns: Verifier<SnsOptions> = ({ request, secrets, options, nowSeconds }) => {
  if (singleHeader(request, 'x-amz-sns-rawdelivery') === 'true') {
    return rejected('malformed_body', 'Raw message delivery is not signed: turn it off on the subscription.');
  }
  const message = snsMessageOf(request.body);
  if (message === undefined) {
    return rejected('malformed_body', 'The body is not a notification of SNS with all fields it signs.');
  }
  const type = singleHeader(request, 'x-amz-sns-message-type');
  if (type !== undefined && type !== message.Type) {
    return rejected('malformed_header', 'x-amz-sns-message-type is another type than the one in the body.');
  }
  if (snsCertificateUrl(message.SigningCertURL) === undefined) {
    return rejected(
      'untrusted_key_url',
      'SigningCertURL is not a certificate at sns.<region>.amazonaws.com.',
    );
  }
  const sha1 = message.SignatureVersion === '1';
  if (!(sha1 && options.allowSha1 === true) && message.SignatureVersion !== '2') {
    return rejected('unsupported_algorithm', 'SignatureVersion is not 2: set it on the topic.');
  }
  const signature = decodeBase64(message.Signature);
  if (signature === undefined) return rejected('malformed_body', 'Signature is not base64.');
  const keys = secrets.flatMap(publicKeysOf);
  if (keys.length === 0) return NO_SECRET;
  const current = keys.filter((key) => isCurrent(key, nowSeconds));
  if (current.length === 0) return rejected('expired', 'The certificate is not valid at this time.');
  const signed = Buffer.from(canonicalText(message));
  if (!current.some(({ key }) => isSignedBy(key, sha1 ? 'RS1' : 'RS256', signed, signature))) {
    return rejected('signature_mismatch', 'Signature was not made over these fields by Amazon SNS.');
  }
  const { topicArns } = options;
  if (topicArns !== undefined && !topicArns.includes(message.TopicArn)) {
    return rejected('wrong_identity', 'TopicArn is not a topic that this source believes.');
  }
  const deliveryId = usableId(message.MessageId);
  return verified({
    ...(deliveryId !== undefined && { deliveryId }),
    ...(topicArns === undefined && { warning: 'any AWS account may send to it: name its topics' }),
  });
};
