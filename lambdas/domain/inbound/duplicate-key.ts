/** Under which key a call is remembered, so that the same one coming again is recognised. */
import { fingerprint } from '../idempotency.ts';
import type { RememberedAs } from '../publish-command.ts';
import type { Deduplication } from '../source.ts';
import { type Pickable, valueAt } from './pick.ts';
import type { Verified } from './verdict.ts';

export interface JudgedCall extends Pickable {
  readonly bytes: Uint8Array;
  readonly verified: Verified;
  /** The scheme signs the body: its bytes can't be made by anybody else. */
  readonly signed: boolean;
}

/**
 * Undefined: never taken for a duplicate. The rule of `auto`: a sender's id counts where its scheme signs the time,
 * because then nobody can send old bytes under a new id. Where it signs bytes only, those bytes are the key: an
 * eavesdropper could send them again under any id. Where it signs nothing, an id is all there is.
 */
export function duplicateKey(
  rule: Deduplication,
  source: string,
  call: JudgedCall,
): RememberedAs | undefined {
  if (rule.by === 'none') return undefined;
  const key = keyOf(rule, call);
  return key === undefined ? undefined : { key: `in:${source}:${key}`, windowMs: rule.windowSeconds * 1000 };
}

function keyOf(rule: Exclude<Deduplication, { by: 'none' }>, call: JudgedCall): string | undefined {
  const { deliveryId, signedAt } = call.verified;
  const byId = deliveryId === undefined ? undefined : `id:${fingerprint([deliveryId])}`;
  switch (rule.by) {
    case 'delivery_id':
      return byId;
    case 'body':
      return byBody(call.bytes);
    case 'fields':
      return byFields(rule.fields, call);
    case 'auto':
      if (call.signed && signedAt === undefined) return byBody(call.bytes);
      return byId;
  }
}

function byBody(bytes: Uint8Array): string {
  return `body:${fingerprint([bytes])}`;
}

function byFields(fields: readonly string[], call: Pickable): string | undefined {
  const values = fields.map((field) => {
    const [place, ...path] = field.split('.');
    const holder = place === 'headers' ? call.headers : call.body;
    return valueAt(holder, place === 'headers' ? path.join('.').toLowerCase() : path.join('.'));
  });
  if (values.some((value) => value === undefined)) return undefined;
  return `fields:${fingerprint([JSON.stringify([fields, values])])}`;
}
