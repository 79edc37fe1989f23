/** Where public keys of senders come from. */
export interface VerificationKeys {
  /**
   * The text behind an address of keys (a certificate, a JWKS), kept for a while. `refresh`: what was kept did not know
   * the key; asked for again once a minute at most. Undefined when it can't be had now: our fault or theirs, not the call's.
   *
   * @param source whose call names the address: what strangers make up for one source must not cost the others theirs
   */
  keysAt(url: string, refresh: boolean, source: string): Promise<string | undefined>;
}
