/** A published example of a signed call; `source` says where it stands. */
import { readFileSync } from 'node:fs';
import type { InboundRequest } from '../../../lambdas/domain/inbound/request.ts';
import type { RejectReason } from '../../../lambdas/domain/inbound/verdict.ts';

export interface Vector {
  readonly id: string;
  readonly source: string;
  readonly preset: string;
  readonly method?: string;
  readonly url?: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** One of these is the body. */
  readonly body?: string;
  readonly bodyBase64?: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly secrets: readonly string[];
  readonly nowSeconds?: number;
  readonly verified: boolean;
  readonly reason?: RejectReason;
}

export function readVectors(name: string): readonly Vector[] {
  return JSON.parse(readFileSync(new URL(`./vectors/${name}`, import.meta.url), 'utf8')) as readonly Vector[];
}

export function requestOf(vector: Vector): InboundRequest {
  return {
    method: vector.method ?? 'POST',
    url: vector.url ?? 'https://in.example.com/in/src_1',
    headers: vector.headers,
    body: bodyOf(vector),
  };
}

function bodyOf(vector: Vector): Uint8Array {
  if (vector.bodyBase64 !== undefined) return Buffer.from(vector.bodyBase64, 'base64');
  if (vector.form !== undefined) return Buffer.from(new URLSearchParams(vector.form).toString());
  if (vector.json !== undefined) return Buffer.from(JSON.stringify(vector.json));
  return Buffer.from(vector.body ?? '');
}
