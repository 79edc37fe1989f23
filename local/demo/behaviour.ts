/** How each address of the demo receiver answers. Pure, but for the counts it is given. */

export type Reply =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'reset' };

/** The event local mode sends itself never fails: its retries would be the first thing people see. */
export const SELF_TEST_TYPE = 'local.self_test';

const OK: Reply = { kind: 'status', status: 200 };

export interface Arrival {
  /** Path and query. */
  readonly url: string;
  readonly id: string;
  readonly type: string;
  /** Somebody pressed "break". */
  readonly broken: boolean;
}

/** @param seen how often each event came to each path before; grows */
export function replyTo({ url, id, type, broken }: Arrival, seen: Map<string, number>): Reply {
  const { pathname, searchParams } = new URL(url, 'http://demo');
  const [, name = '', argument = ''] = pathname.split('/');
  if (type === SELF_TEST_TYPE) return OK;
  if (broken) return { kind: 'status', status: 503 };
  switch (name) {
    case 'flaky': {
      const key = `${pathname} ${id}`;
      const before = seen.get(key) ?? 0;
      seen.set(key, before + 1);
      return before < Number(searchParams.get('fail') ?? 2) ? { kind: 'status', status: 503 } : OK;
    }
    case 'status':
      return { kind: 'status', status: statusOf(argument) };
    case 'slow':
      return { kind: 'slow', ms: Number(searchParams.get('ms') ?? 1000) || 0 };
    case 'reset':
      return { kind: 'reset' };
    case 'redirect':
      return { kind: 'status', status: 302, headers: { location: '/ok' } };
    case 'gone':
      return { kind: 'status', status: 410 };
    case 'ok':
      return OK;
    default:
      return { kind: 'status', status: 404 };
  }
}

function statusOf(text: string): number {
  const status = Number(text);
  return Number.isInteger(status) && status >= 200 && status <= 599 ? status : 500;
}
