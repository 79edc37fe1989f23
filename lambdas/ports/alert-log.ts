import type { AlertRecord, ExhaustedDelivery } from '../domain/alerts/record.ts';

/** What owners were told of each endpoint, and what is written and not sent yet. */
export interface AlertLog {
  /** Strongly consistent. */
  alertRecord(endpoint: string): Promise<AlertRecord | undefined>;
  /** Replaces version `record.version - 1` (or none, for version 1). `conflict`: read again and decide again. */
  saveAlertRecord(record: AlertRecord): Promise<'saved' | 'conflict'>;
  /** Noting the same delivery twice is harmless. `hour`: since 1970. */
  noteExhausted(endpoint: string, hour: number, delivery: ExhaustedDelivery): Promise<void>;
  /** Noted in the hours after `after` up to `through`, oldest hour first. Strongly consistent. */
  exhaustedIn(
    endpoint: string,
    hours: { readonly after: number; readonly through: number },
    limit: number,
  ): Promise<readonly ExhaustedDelivery[]>;
}
