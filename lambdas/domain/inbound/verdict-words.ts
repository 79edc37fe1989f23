/** Verdicts and warnings that many schemes share. */
import { rejected } from './verdict.ts';

export const NO_SECRET = rejected('no_secret', 'None of the source’s secrets can be used with this preset.');

export const NO_SIGNED_TIME = 'the time is not signed: only deduplication tells a repeated call';
export const NO_SIGNED_BODY = 'the body is not signed: only TLS protects it';

/** The usual reasons are named, since this is the answer people see most when they set a source up. */
export function noMatch(where: string) {
  return rejected(
    'signature_mismatch',
    `No secret of the source made the signature in ${where}: the secret is another one, or what was signed was changed.`,
  );
}
