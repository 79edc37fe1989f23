/** Deliveries in words, as every command says them. Pure. */
import type { DeliverySummaryView, DeliveryView } from '../../lambdas/contract/api/deliveries.ts';
import type { EndpointView } from '../../lambdas/contract/api/endpoints.ts';

type AttemptLike = NonNullable<DeliverySummaryView['last_attempt']>;

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;

/** What people call an endpoint: its description, or its host and path. */
export function endpointName(endpoint: Pick<EndpointView, 'url' | 'destination' | 'description'>): string {
  return endpoint.description === '' ? urlName(endpointPlace(endpoint)) : endpoint.description;
}

/** Its URL, or the ARN of its destination inside AWS. */
export function endpointPlace({ url, destination }: Pick<EndpointView, 'url' | 'destination'>): string {
  const { queue_arn, topic_arn, event_bus_arn, function_arn } = destination ?? {};
  return url ?? queue_arn ?? topic_arn ?? event_bus_arn ?? function_arn ?? '';
}

export function urlName(url: string): string {
  if (url.startsWith('arn:') || !URL.canParse(url)) return url;
  const { host, pathname, search } = new URL(url);
  return host + (pathname === '/' ? '' : pathname) + search;
}

/** `200 in 38 ms`, or what stood in the way of a status. */
export function answerText(attempt: AttemptLike): string {
  const answer = attempt.status_code ?? attempt.error?.code ?? attempt.outcome;
  return `${answer} in ${Math.round(attempt.duration_ms)} ms`;
}

/** What comes next for a delivery that is not delivered; empty when nothing is to be said. */
export function nextText(
  delivery: Pick<DeliveryView, 'status' | 'next_attempt_at' | 'stop_reason' | 'held_reason'>,
  now: number,
): string {
  switch (delivery.status) {
    case 'waiting':
      return delivery.next_attempt_at === null
        ? 'next try soon'
        : `next try in ${durationText((Date.parse(delivery.next_attempt_at) - now) / 1000)}`;
    case 'held':
      return `held: ${spaced(delivery.held_reason)}`;
    case 'failed':
    case 'canceled':
      return `given up: ${spaced(delivery.stop_reason)}`;
    case 'queued':
    case 'sending':
    case 'succeeded':
      return '';
  }
}

/** `38 s`, `5 min`, `10 h`, `2 days`: rounded to what a person would say. */
export function durationText(seconds: number): string {
  const rounded = Math.max(0, Math.round(seconds));
  if (rounded < 2 * MINUTE_S) return `${rounded} s`;
  if (rounded < 2 * HOUR_S) return `${Math.round(rounded / MINUTE_S)} min`;
  if (rounded < 2 * DAY_S) return `${Math.round(rounded / HOUR_S)} h`;
  return `${Math.round(rounded / DAY_S)} days`;
}

export function clockText(iso: string): string {
  return new Date(iso).toTimeString().slice(0, 8);
}

function spaced(reason: string | null): string {
  return (reason ?? 'no reason given').replaceAll('_', ' ');
}

/** Anybody may have sent it: it may break lines, but not move the cursor, colour the terminal or turn words round. */
export function printable(text: string): string {
  return text.replace(
    /(?![\n\t])[\p{Cc}\p{Cf}]/gu,
    (one) => `\\u${one.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
}

/** Columns as wide as their widest cell; the last one as it comes. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  }
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
