/** `application/x-www-form-urlencoded`, strictly. */

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Names and values in order. Undefined when the body or an escape in it is not UTF-8: a lenient decoder turns all such
 * bytes into one character, so bodies that differ would have one signature.
 */
export function parseForm(body: Uint8Array): readonly (readonly [name: string, value: string])[] | undefined {
  try {
    return STRICT_UTF8.decode(body)
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const equals = pair.indexOf('=');
        return equals < 0
          ? ([unescaped(pair), ''] as const)
          : ([unescaped(pair.slice(0, equals)), unescaped(pair.slice(equals + 1))] as const);
      });
  } catch {
    return undefined;
  }
}

function unescaped(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
