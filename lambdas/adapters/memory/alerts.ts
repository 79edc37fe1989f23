import type { AlertRecord, ExhaustedDelivery } from '../../domain/alerts/record.ts';
import type { AlertLog } from '../../ports/alert-log.ts';

/** One record an endpoint, and rows of deliveries given up. */
export function memoryAlerts(): AlertLog {
  const records = new Map<string, AlertRecord>();
  const rows = new Map<string, { endpoint: string; hour: number; delivery: ExhaustedDelivery }>();
  return {
    async alertRecord(endpoint) {
      return records.get(endpoint);
    },
    async saveAlertRecord(record) {
      const before = records.get(record.endpoint)?.version ?? 0;
      if (record.version !== before + 1) return 'conflict';
      records.set(record.endpoint, record);
      return 'saved';
    },
    async noteExhausted(endpoint, hour, delivery) {
      rows.set(`${endpoint} ${hour} ${delivery.event}`, { endpoint, hour, delivery });
    },
    async exhaustedIn(endpoint, { after, through }, limit) {
      return [...rows.values()]
        .filter((row) => row.endpoint === endpoint && row.hour > after && row.hour <= through)
        .sort((a, b) => a.hour - b.hour || (a.delivery.event < b.delivery.event ? -1 : 1))
        .slice(0, limit)
        .map(({ delivery }) => delivery);
    },
  };
}
