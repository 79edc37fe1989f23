/** Lets the demo receiver verify deliveries of endpoints people make: their secrets pass by when the API answers. */
import type { HttpAnswer, HttpRequest } from '../http/event.ts';

/** The secret an answer hands out, if it does. */
export function secretIn(request: HttpRequest, answer: HttpAnswer): string | undefined {
  if (request.method !== 'POST' || !request.url.startsWith('/v1/endpoints') || answer.status >= 300)
    return undefined;
  try {
    const { secret } = JSON.parse(answer.body.toString()) as { secret?: unknown };
    return typeof secret === 'string' ? secret : undefined;
  } catch {
    return undefined;
  }
}
