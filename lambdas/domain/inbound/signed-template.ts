/** What a generic HMAC is made over, as a text with placeholders. */
import { fail, ok, type Result } from '../result.ts';
import type { Signed } from './mac.ts';
import { requireHeader } from './read-header.ts';
import type { InboundRequest } from './request.ts';
import type { Rejection } from './verdict.ts';

/** `{header:Name}` is one of its own. */
export const PLACEHOLDERS = ['body', 'timestamp', 'id', 'url', 'method', 'path'] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

const HEADER_PLACEHOLDER = /^header:([A-Za-z0-9!#$%&'*+.^_`|~-]{1,64})$/;

type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'placeholder'; readonly name: Placeholder }
  | { readonly kind: 'header'; readonly name: string };

/** Braces around anything that is no placeholder are text. */
function piecesOf(template: string): readonly Piece[] {
  return template
    .split(/(\{[^{}]*\})/)
    .filter((text) => text !== '')
    .map((text) => {
      const inner = text.startsWith('{') && text.endsWith('}') ? text.slice(1, -1) : '';
      const name = PLACEHOLDERS.find((placeholder) => placeholder === inner);
      if (name !== undefined) return { kind: 'placeholder', name };
      const header = HEADER_PLACEHOLDER.exec(inner)?.[1];
      return header === undefined ? { kind: 'text', text } : { kind: 'header', name: header };
    });
}

export function uses(template: string, placeholder: Placeholder): boolean {
  return piecesOf(template).some((piece) => piece.kind === 'placeholder' && piece.name === placeholder);
}

/** What looks like a placeholder but is none: a mistake in the template far more often than text. */
export function unknownPlaceholders(template: string): readonly string[] {
  return piecesOf(template).flatMap((piece) =>
    piece.kind === 'text' && /^\{[A-Za-z_-]+(?::.*)?\}$/.test(piece.text) ? [piece.text] : [],
  );
}

/** What is not in the request itself; empty where the template does not ask for it. */
export interface TemplateValues {
  readonly timestamp: string;
  readonly id: string;
}

/** The template filled in; the body as its bytes. Rejected when a header it names is missing. */
export function fillTemplate(
  template: string,
  request: InboundRequest,
  values: TemplateValues,
): Result<Signed, Rejection> {
  const filled: (string | Uint8Array)[] = [];
  for (const piece of piecesOf(template)) {
    if (piece.kind === 'text') filled.push(piece.text);
    else if (piece.kind === 'placeholder') filled.push(placeholderValue(piece.name, request, values));
    else {
      const value = requireHeader(request, piece.name);
      if (!value.ok) return fail(value.failure);
      filled.push(value.value);
    }
  }
  return ok(filled);
}

function placeholderValue(
  name: Placeholder,
  request: InboundRequest,
  values: TemplateValues,
): string | Uint8Array {
  switch (name) {
    case 'body':
      return request.body;
    case 'timestamp':
      return values.timestamp;
    case 'id':
      return values.id;
    case 'url':
      return request.url;
    case 'method':
      return request.method.toUpperCase();
    case 'path':
      return pathOf(request.url);
  }
}

/** With its query, as it stands in the request line. */
function pathOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return parsed === undefined ? url : parsed.pathname + parsed.search;
}
