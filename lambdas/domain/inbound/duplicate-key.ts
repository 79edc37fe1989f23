/** Under which key a call is remembered, so that the same one coming again is recognised. */
import { fingerprint, writtenOut } from '../idempotency.ts';
import type { RememberedAs } from '../publish-command.ts';
import type { Deduplication, Source } from '../source.ts';
import { usualEventType } from './event-type.ts';
import { type Pickable, pickText, valueAt } from './pick.ts';
import type { PresetName } from './presets/preset.ts';
import { signedBytes, signsAddress, signsBody, signsId } from './signed-parts.ts';
import type { Verified } from './verdict.ts';

export interface JudgedCall extends Pickable {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly bytes: Uint8Array;
  readonly verified: Verified;
}

type Remembering = Pick<Source, 'id' | 'deduplication' | 'verification' | 'eventType'>;

/**
 * Undefined: never taken for a duplicate. The rule of `auto`: a sender's id counts where it is signed, or a time is,
 * because then nobody can send old bytes under a new id. Where only bytes are signed, they are the key: whoever has
 * seen a call could send them again under any id. Where nothing is signed, an id is all there is.
 */
export function duplicateKey(source: Remembering, call: JudgedCall): RememberedAs | undefined {
  const rule = source.deduplication;
  if (rule.by === 'none') return undefined;
  const key = keyOf(rule, source, call);
  return key === undefined
    ? undefined
    : { key: `in:${source.id}:${key}`, windowMs: rule.windowSeconds * 1000 };
}

function keyOf(
  rule: Exclude<Deduplication, { by: 'none' }>,
  source: Remembering,
  call: JudgedCall,
): string | undefined {
  const { deliveryId, signedAt } = call.verified;
  const byId = deliveryId === undefined ? undefined : `id:${fingerprint([deliveryId])}`;
  switch (rule.by) {
    case 'delivery_id':
      return byId;
    case 'body':
      return `body:${fingerprint([call.bytes])}`;
    case 'fields':
      return byFields(rule.fields, call);
    case 'auto': {
      const { verification } = source;
      if (!signsBody(verification)) return byId;
      const idProves = signedAt !== undefined || signsId(verification);
      return (idProves ? byId : undefined) ?? bySigned(source, call);
    }
  }
}

/** Their bodies are of one type each, so a type that is not signed need not tell calls apart, and nobody can make one up. */
const BODY_TELLS_TYPE: ReadonlySet<PresetName> = new Set<PresetName>(['github', 'bitbucket']);

/**
 * What is signed of a call, and what its headers call it: one body may come under several types (an order of Shopify is
 * created and paid in one moment), and each of them is news.
 */
function bySigned({ verification, eventType }: Remembering, call: JudgedCall): string {
  const { method, path, query, bytes, verified } = call;
  const { preset } = verification;
  const kinds = (BODY_TELLS_TYPE.has(preset) ? [] : [eventType, usualEventType(preset)])
    .filter((pick) => pick.from === 'header')
    .map((pick) => pickText(pick, call) ?? '');
  const address = signsAddress(verification) ? [method, path, query] : [];
  const parts = JSON.stringify([verified.signedAt ?? null, kinds, address]);
  return `signed:${fingerprint([parts, signedBytes(preset, bytes)])}`;
}

function byFields(fields: readonly string[], call: Pickable): string | undefined {
  const values = fields.map((field) => {
    const [place, ...path] = field.split('.');
    const holder = place === 'headers' ? call.headers : call.body;
    return valueAt(holder, place === 'headers' ? path.join('.').toLowerCase() : path.join('.'));
  });
  if (values.some((value) => value === undefined)) return undefined;
  const text = writtenOut([fields, values]);
  return text && `fields:${fingerprint([text])}`;
}
