import { answerView, deduplicationView, pickView, verificationView } from '../../contract/api/read-source.ts';
import type { SourceView } from '../../contract/api/sources.ts';
import { sourceWarnings } from '../../domain/inbound/source-warnings.ts';
import { hasEnvelope } from '../../domain/inbound/unwrap.ts';
import type { Source } from '../../domain/source.ts';
import { isoTime } from './views.ts';

/** Shorter secrets would be half told by their end. */
const LEAST_LENGTH_FOR_HINT = 16;
const HINT_LENGTH = 4;

/** Never with its secrets: they are the sender's to show. */
export function sourceView(source: Source, inboundUrl: string, now: number): SourceView {
  return {
    id: source.id,
    url: `${inboundUrl}/${source.id}`,
    name: source.name,
    status: source.status,
    verification: verificationView(source.verification),
    secrets: source.secrets.map(({ key, expiresAt }) => ({
      hint: hintOf(key),
      expires_at: expiresAt === undefined ? null : isoTime(expiresAt),
    })),
    event_type: pickView(source.eventType),
    owner_id: source.owner === undefined ? null : pickView(source.owner),
    deduplication: deduplicationView(source.deduplication),
    content: hasEnvelope(source.verification.preset) ? (source.content ?? 'message') : null,
    answer: source.answer === undefined ? null : answerView(source.answer),
    public_url: source.publicUrl ?? null,
    warnings: sourceWarnings(source, now),
    created_at: isoTime(source.createdAt),
    updated_at: isoTime(source.updatedAt),
  };
}

function hintOf(secret: string): string {
  return secret.length < LEAST_LENGTH_FOR_HINT ? '…' : `…${secret.trimEnd().slice(-HINT_LENGTH)}`;
}
