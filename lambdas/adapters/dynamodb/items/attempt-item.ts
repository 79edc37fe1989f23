/**
 * An attempt as a list inside its delivery: field names would cost more than the values. Positions are a contract;
 * later fields go to the end, and readers take a missing one as absent.
 */
import type { Attempt, KeptResponse, Phases } from '../../../domain/delivery/attempt.ts';

type PackedPhases = readonly (number | null)[];
type PackedResponse = readonly [Readonly<Record<string, string>>, Uint8Array | null, boolean?];

export type PackedAttempt = readonly [
  trigger: Attempt['trigger'],
  outcome: Attempt['outcome'],
  startedAt: number,
  durationMs: number,
  /** Null: the same as of the attempt before. */
  url: string | null,
  statusCode: number | null,
  error: Attempt['error'] | null,
  detail: string | null,
  address: string | null,
  phases: PackedPhases | null,
  response: PackedResponse | 'aside' | null,
];

const PHASES = ['dns', 'connect', 'tls', 'send', 'wait', 'read'] as const;

export function packAttempts(attempts: readonly Attempt[]): PackedAttempt[] {
  return attempts.map((attempt, at) => [
    attempt.trigger,
    attempt.outcome,
    attempt.startedAt,
    attempt.durationMs,
    attempt.url === attempts[at - 1]?.url ? null : attempt.url,
    attempt.statusCode ?? null,
    attempt.error ?? null,
    attempt.detail ?? null,
    attempt.address ?? null,
    packPhases(attempt.phases),
    packResponse(attempt.response),
  ]);
}

export function unpackAttempts(packed: readonly PackedAttempt[]): Attempt[] {
  let lastUrl = '';
  return packed.map((fields, at) => {
    const [trigger, outcome, startedAt, durationMs, url, statusCode, error, detail, address] = fields;
    const response = unpackResponse(fields[10]);
    lastUrl = url ?? lastUrl;
    return {
      number: at + 1,
      trigger,
      startedAt,
      durationMs,
      url: lastUrl,
      outcome,
      ...(error !== null && { error }),
      ...(detail !== null && { detail }),
      ...(statusCode !== null && { statusCode }),
      ...(address !== null && { address }),
      phases: unpackPhases(fields[9]),
      ...(response !== undefined && { response }),
    };
  });
}

/** Trailing phases that were not reached are left out. */
function packPhases(phases: Phases): PackedPhases | null {
  const values = PHASES.map((phase) => phases[phase] ?? null);
  while (values.length > 0 && values.at(-1) === null) values.pop();
  return values.length === 0 ? null : values;
}

function unpackPhases(packed: PackedPhases | null): Phases {
  return Object.fromEntries(
    PHASES.map((phase, at) => [phase, packed?.[at]]).filter(([, ms]) => ms !== null && ms !== undefined),
  );
}

function packResponse(response: Attempt['response']): PackedResponse | 'aside' | null {
  if (response === undefined) return null;
  if (response === 'aside') return 'aside';
  const body = response.body.length === 0 ? null : response.body;
  return response.truncated ? [response.headers, body, true] : [response.headers, body];
}

function unpackResponse(packed: PackedResponse | 'aside' | null): KeptResponse | 'aside' | undefined {
  if (packed === null) return undefined;
  if (packed === 'aside') return 'aside';
  const [headers, body, truncated] = packed;
  return { headers, body: body ?? new Uint8Array(), truncated: truncated ?? false };
}
