const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** The content type of a body that nobody said one for: JSON, text, or bytes. */
export function lookedType(body: Uint8Array): string {
  const text = textOf(body);
  if (text === undefined || text === '') return 'application/octet-stream';
  return isJson(text) ? 'application/json' : 'text/plain; charset=utf-8';
}

function textOf(body: Uint8Array): string | undefined {
  try {
    return UTF8.decode(body);
  } catch {
    return undefined;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
