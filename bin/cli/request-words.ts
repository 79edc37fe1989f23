/** Calls to sources in words, a line each. Pure. */
import type { RequestSummaryView } from '../../lambdas/contract/api/requests.ts';
import { type Cli, paint } from './cli.ts';
import { clockText, printable } from './words.ts';

/** @param name what people call its source */
export function requestLine(cli: Cli, request: RequestSummaryView, name = request.source_id): string {
  const { method, path, status } = request;
  const call = [
    `${name} <-`,
    `${method}${path === '' || path === '/' ? '' : ` ${printable(path ?? '')}`}`,
    String(status),
  ];
  const from = request.source === 'http' ? call : [messageOrigin(request)];
  return [clockText(request.received_at), markOf(cli, request), ...from, outcomeText(request)].join('  ');
}

function messageOrigin({ source, broker }: RequestSummaryView): string {
  return source === 'broker' ? `broker ${broker}` : 'publish queue';
}

function markOf(cli: Cli, { verdict }: RequestSummaryView): string {
  if (verdict === 'accepted') return paint(cli, 'green', 'ok');
  return verdict === 'rejected' ? paint(cli, 'red', 'x ') : paint(cli, 'gray', '..');
}

function outcomeText(request: RequestSummaryView): string {
  const { verdict, reason, event_id: event } = request;
  switch (verdict) {
    case 'accepted':
      return `-> ${event}`;
    case 'duplicate':
      return `repeats ${event ?? 'an earlier call'}`;
    case 'answered':
      return `answered: ${reason.replaceAll('_', ' ')}`;
    case 'rejected':
      return `rejected: ${reason.replaceAll('_', ' ')}${whyText(request)}  look: npx posthorn requests get ${request.id}`;
  }
}

function whyText({ detail, errors }: RequestSummaryView): string {
  const [first] = errors;
  const why = detail ?? (first === undefined ? undefined : `${first.field}: ${first.detail}`);
  return why === undefined ? '' : `  why: ${printable(why)}`;
}
