/** Who should get an event: decided a second time, in the plainest words, with none of the gateway's own code. */
import type { Subscription } from '../../lambdas/domain/subscription.ts';

/** What a publisher said, as far as routing looks at it. */
export interface Said {
  readonly type: string;
  readonly owner?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

interface Known {
  /** As a subscription has it. */
  readonly filter: string;
  readonly wants: (said: Said, json: Json | undefined) => boolean;
}

interface Json {
  readonly amount?: number;
  readonly customer?: { readonly country: string };
  readonly lines?: readonly { readonly sku: string }[];
}

/** Filters of the histories' subscriptions, and what each means. */
export const FILTERS: readonly Known[] = [
  {
    filter: '{"body":{"amount":{"$gte":500}}}',
    wants: (_, json) => json?.amount !== undefined && json.amount >= 500,
  },
  {
    filter: '{"body":{"customer.country":{"$in":["DE","AT"]}}}',
    wants: (_, json) => json?.customer?.country === 'DE' || json?.customer?.country === 'AT',
  },
  {
    filter: '{"body":{"amount":{"$exist":false}}}',
    wants: (_, json) => json?.amount === undefined,
  },
  {
    filter: '{"body":{"lines.sku":"b"}}',
    wants: (_, json) => json?.lines?.some(({ sku }) => sku === 'b') ?? false,
  },
  {
    filter: '{"$or":[{"headers":{"X-Priority":"high"}},{"body":{"amount":{"$lt":100}}}]}',
    wants: ({ headers }, json) =>
      headers['x-priority'] === 'high' || (json?.amount !== undefined && json.amount < 100),
  },
];

/** The endpoints these subscriptions send it to. */
export function wantedBy(subscriptions: readonly Subscription[], said: Said): ReadonlySet<string> {
  const json = jsonOf(said.body);
  const some = subscriptions.filter(({ owner, eventTypes, filter }) => {
    if (owner !== undefined && owner !== said.owner) return false;
    if (!eventTypes.some((pattern) => covers(pattern, said.type))) return false;
    return filter === undefined || FILTERS.find((known) => known.filter === filter)!.wants(said, json);
  });
  return new Set(some.map(({ endpoint }) => endpoint));
}

function covers(pattern: string, type: string): boolean {
  return pattern === '*' || pattern === type || pattern === `${type.split('.')[0]}.*`;
}

/** Publishers of these histories send JSON objects, or bytes that are no JSON. */
function jsonOf(body: Uint8Array): Json | undefined {
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch {
    return undefined;
  }
}
