/** A source from the fields somebody sent, with every mistake in them. */
import { readAnswer, readDeduplication, readPick, readVerification } from '../../contract/api/read-source.ts';
import type { CreateSourceFields, SourcePatch } from '../../contract/api/sources.ts';
import { type Failure, type FieldError, invalid } from '../../domain/failure.ts';
import { usualEventType } from '../../domain/inbound/event-type.ts';
import type { Preset } from '../../domain/inbound/presets/preset.ts';
import { ENVELOPE_PRESETS, hasEnvelope } from '../../domain/inbound/unwrap.ts';
import { isLabel, MAX_LABEL_LENGTH } from '../../domain/label.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { CustomAnswer, Source } from '../../domain/source.ts';

export function newSource(
  project: string,
  fields: CreateSourceFields,
): Result<Omit<Source, 'id' | 'createdAt' | 'updatedAt'>, Failure> {
  const judged = judge(fields);
  if (!judged.ok) return judged;
  const verification = judged.value.verification!;
  const { event_type, owner_id, public_url, content } = fields;
  const unfit = checkContent(content, verification);
  if (unfit !== undefined) return fail(unfit);
  return ok({
    project,
    name: fields.name,
    status: 'enabled',
    verification,
    secrets: (fields.secrets ?? []).map((key) => ({ key })),
    eventType: event_type === undefined ? usualEventType(verification.preset) : readPick(event_type),
    ...(owner_id !== undefined && { owner: readPick(owner_id) }),
    deduplication: readDeduplication(fields.deduplication),
    ...(content !== undefined && { content }),
    ...(judged.value.answer !== undefined && { answer: judged.value.answer }),
    ...(public_url !== undefined && { publicUrl: public_url }),
    version: 1,
  });
}

/** Merge patch (RFC 7386): what is null goes back to what a new source has. */
export function changedSource(source: Source, patch: SourcePatch): Result<Source, Failure> {
  const judged = judge(patch);
  if (!judged.ok) return judged;
  const verification = judged.value.verification ?? source.verification;
  const { owner, answer, publicUrl, content: before, ...rest } = source;
  const { event_type, owner_id, public_url } = patch;
  const owners = owner_id === undefined ? owner : owner_id === null ? undefined : readPick(owner_id);
  const answers = patch.answer === undefined ? answer : judged.value.answer;
  const address = public_url === undefined ? publicUrl : public_url;
  const unfit = checkContent(patch.content, verification);
  if (unfit !== undefined) return fail(unfit);
  // It means nothing to another preset.
  const kept = hasEnvelope(verification.preset) ? before : undefined;
  const content = patch.content === undefined ? kept : patch.content;
  return ok({
    ...rest,
    verification,
    ...(patch.name !== undefined && { name: patch.name }),
    ...(patch.secrets !== undefined && { secrets: patch.secrets.map((key) => ({ key })) }),
    ...(event_type !== undefined && {
      eventType: event_type === null ? usualEventType(verification.preset) : readPick(event_type),
    }),
    ...(patch.deduplication !== undefined && { deduplication: readDeduplication(patch.deduplication) }),
    ...(owners !== undefined && { owner: owners }),
    ...(answers !== undefined && { answer: answers }),
    ...(content && { content }),
    ...(address && { publicUrl: address }),
  });
}

function checkContent(content: string | null | undefined, { preset }: Preset): Failure | undefined {
  if (!content || hasEnvelope(preset)) return undefined;
  return invalid('content', 'not_allowed', `is for the presets ${ENVELOPE_PRESETS.join(' and ')}`);
}

interface Judged {
  readonly verification?: Preset;
  readonly answer?: CustomAnswer;
}

/** What is beyond a schema. */
function judge({
  verification,
  answer,
  owner_id,
}: Pick<SourcePatch, 'verification' | 'answer' | 'owner_id'>): Result<Judged, Failure> {
  const errors: FieldError[] = ownerFaults(owner_id);
  const preset = verification && readVerification(verification);
  if (preset?.ok === false) errors.push(...preset.failure);
  const answers = answer ? readAnswer(answer) : undefined;
  if (answers?.ok === false) errors.push(answers.failure);
  if (errors.length > 0) return fail({ kind: 'invalid', errors });
  return ok({
    ...(preset?.ok && { verification: preset.value }),
    ...(answers?.ok && { answer: answers.value }),
  });
}

/** What can be no owner would leave events without one, and nobody would know why. */
function ownerFaults(owner: SourcePatch['owner_id']): FieldError[] {
  return (['value', 'fallback'] as const).flatMap((name) => {
    const text = owner?.[name];
    if (text === undefined || isLabel(text)) return [];
    const detail = `must be at most ${MAX_LABEL_LENGTH} printable ASCII characters, without spaces at the ends`;
    return [{ field: `owner_id.${name}`, code: 'invalid', detail }];
  });
}
