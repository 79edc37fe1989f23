/** One raw inbound call, as the sender made it. */

export interface InboundRequest {
  /** In upper case, as HTTP has it. */
  readonly method: string;
  /** The whole public URL the sender was given, with its query: some schemes sign it. Never rebuilt from a Host header. */
  readonly url: string;
  /** Names in any case. A name given several times has all its values, in order. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Exactly the bytes received. */
  readonly body: Uint8Array;
}

/** Values of a header whatever its case; empty when there is none. */
export function headerValues(request: InboundRequest, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  return Object.entries(request.headers).flatMap(([key, value]) =>
    key.toLowerCase() === wanted ? (typeof value === 'string' ? [value] : value) : [],
  );
}

/**
 * The one value of a header, trimmed; undefined when it is missing, empty, or given more than once: a verifier that took
 * one of two signatures or timestamps could be shown one and its receiver the other.
 */
export function singleHeader(request: InboundRequest, name: string): string | undefined {
  const values = headerValues(request, name);
  const only = values.length === 1 ? values[0]!.trim() : '';
  return only === '' ? undefined : only;
}
