/** The dates of the certificates that vendors sign with. */
import type { PublicKey } from './public-key.ts';

/** Whether a key may be used now; a bare public key has no dates and may always. */
export function isCurrent({ certificate }: PublicKey, nowSeconds: number): boolean {
  if (certificate === undefined) return true;
  const now = nowSeconds * 1000;
  return Date.parse(certificate.validFrom) <= now && now <= Date.parse(certificate.validTo);
}
