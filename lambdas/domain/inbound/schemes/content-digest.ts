/** The digest of a body in its headers (RFC 9530). Says nothing of the sender unless the header is signed. */
import { createHash } from 'node:crypto';
import { parseDictionary } from '../http-signature/parse-structured-field.ts';
import { isInnerList } from '../http-signature/structured-field.ts';
import { sameBytes } from '../mac.ts';
import { headerValues, type InboundRequest } from '../request.ts';
import type { Verifier } from '../scheme.ts';
import { rejected, type Verdict, verified } from '../verdict.ts';

/** The only ones RFC 9530 calls active; md5, sha and the checksums it calls insecure are skipped like unknown ones. */
const HASHES = new Map([
  ['sha-256', 'sha256'],
  ['sha-512', 'sha512'],
]);

const ANYBODY = 'only the body is compared with its digest: whoever knows the URL can send';

/** Every digest of a known kind must be the body's, and there must be one. */
export function verifyContentDigest(headers: InboundRequest['headers'], body: Uint8Array): Verdict {
  const lines = headerValues({ method: '', url: '', headers, body }, 'Content-Digest');
  if (lines.length === 0) return rejected('missing_header', 'The Content-Digest header is missing.');
  const digests = parseDictionary(lines.join(', '));
  if (digests === undefined)
    return rejected('malformed_header', 'Content-Digest is not a dictionary of digests.');
  let known = 0;
  for (const [name, member] of digests) {
    const hash = HASHES.get(name);
    if (hash === undefined) continue;
    known += 1;
    if (isInnerList(member) || member.item.kind !== 'bytes') {
      return rejected('malformed_header', `Content-Digest has a ${name} that is not bytes.`);
    }
    if (!sameBytes(createHash(hash).update(body).digest(), member.item.value)) {
      return rejected('digest_mismatch', `The body does not have the ${name} in Content-Digest.`);
    }
  }
  return known > 0
    ? verified()
    : rejected('unsupported_algorithm', 'Content-Digest has neither sha-256 nor sha-512.');
}

/** By itself it shows that a body came whole; whoever changes the body can change the digest, too. */
export const verifyDigest: Verifier<object> = ({ request: { headers, body } }) => {
  const verdict = verifyContentDigest(headers, body);
  return verdict.ok ? verified({ warning: ANYBODY }) : verdict;
};
