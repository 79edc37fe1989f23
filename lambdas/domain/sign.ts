/** Standard Webhooks 1.0.0: HMAC-SHA256 over `id.timestamp.body`, on bytes. */
import { createHmac, createSecretKey } from 'node:crypto';

const SECRET_PREFIX = 'whsec_';
export const SECRET_BYTES = 32;

/** A new secret in its shown form. `random` holds 24 to 64 bytes. */
export function formatSecret(random: Uint8Array): string {
  if (random.length < 24 || random.length > 64) throw new RangeError('a secret has 24 to 64 bytes');
  return SECRET_PREFIX + Buffer.from(random).toString('base64');
}

/**
 * True for `whsec_` and base64 of 24 to 64 bytes, as Standard Webhooks asks for. The base64 must be padded and
 * canonical: receivers' libraries refuse to decode anything else.
 */
export function isSecret(text: string): boolean {
  if (!text.startsWith(SECRET_PREFIX)) return false;
  const encoded = text.slice(SECRET_PREFIX.length);
  const bytes = Buffer.from(encoded, 'base64');
  return bytes.length >= 24 && bytes.length <= 64 && bytes.toString('base64') === encoded;
}

export interface Signable {
  readonly id: string;
  /** Unix seconds; fresh for each attempt. */
  readonly timestamp: number;
  readonly body: Uint8Array;
}

/** The value of `webhook-signature`: one `v1,<base64>` for each key, newest first, single spaces. */
export function signV1(message: Signable, secrets: readonly string[]): string {
  return secrets
    .map((secret) => {
      // Given bytes, `createHmac` takes three times as long to make the same of them.
      const key = createSecretKey(Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64'));
      const hmac = createHmac('sha256', key)
        .update(`${message.id}.${message.timestamp}.`)
        .update(message.body);
      return `v1,${hmac.digest('base64')}`;
    })
    .join(' ');
}
