/**
 * How an alert is not lost: before the write that gives reason for one, a row is noted that the sweeper finds; after it,
 * a message has the endpoint looked at now. Who looks decides from what is stored, so a notice too many is harmless.
 */
import type { AlertTask } from '../../contract/tasks.ts';
import { HOUR_CLOSES_AFTER_MS, HOUR_MS, hourOf } from '../../domain/alerts/alert.ts';
import type { ExhaustedDelivery } from '../../domain/alerts/record.ts';
import { wakeMinute } from '../../domain/delivery/wake.ts';
import { isOperational } from '../../domain/operational-type.ts';
import type { GaveUp } from '../../domain/retry/policy.ts';
import type { AlertLog } from '../../ports/alert-log.ts';
import type { AlertQueue } from '../../ports/alerts.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { WakeLedger } from '../../ports/wakes.ts';

export interface Whose {
  readonly project: string;
  readonly endpoint: string;
}

export interface AlertNotices {
  /** Before the write. */
  expect(whose: Whose): Promise<void>;
  /** After the write. Never throws. */
  tell(whose: Whose): Promise<void>;
  /** Before the delivery's last record. Never throws: an alert is not worth an attempt without a record. */
  expectExhausted(whose: Whose, delivery: ExhaustedDelivery): Promise<void>;
  /** After it. Never throws. */
  tellExhausted(whose: Whose, delivery: ExhaustedDelivery): Promise<void>;
}

export interface AlertNoticesDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly alerts: Pick<AlertLog, 'noteExhausted'>;
  readonly reviews: Pick<WakeLedger, 'note'>;
  readonly alertQueue: AlertQueue;
}

export function createAlertNotices(deps: AlertNoticesDeps): AlertNotices {
  const { clock } = deps;

  async function lookAt({ project, endpoint }: Whose, at: number): Promise<void> {
    await deps.reviews.note({ project, endpoint, minute: wakeMinute(at, clock.now()) });
  }

  async function quietly(whose: Whose, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (cause) {
      deps.log.warn('alert.no_notice', { endpoint: whose.endpoint, cause: String(cause) });
    }
  }

  async function send({ project, endpoint }: Whose, more: Partial<AlertTask> = {}): Promise<void> {
    await deps.alertQueue.sendAlerts([{ v: 1, project, endpoint, ...more }]);
  }

  return {
    expect: (whose) => lookAt(whose, clock.now()),
    tell: (whose) => quietly(whose, () => send(whose)),
    async expectExhausted(whose, delivery) {
      if (isOperational(delivery.type)) return;
      await quietly(whose, async () => {
        const hour = hourOf(clock.now());
        await deps.alerts.noteExhausted(whose.endpoint, hour, delivery);
        await lookAt(whose, (hour + 1) * HOUR_MS + HOUR_CLOSES_AFTER_MS);
      });
    },
    async tellExhausted(whose, delivery) {
      // One about an event that tells of such a failure would go round in circles.
      if (isOperational(delivery.type)) return;
      await quietly(whose, () => send(whose, { exhausted: [delivery] }));
    },
  };
}

/** Of a delivery that was given up. */
export function exhaustedOf(
  of: { readonly event: string; readonly type: string },
  why: GaveUp,
): ExhaustedDelivery {
  return { event: of.event, type: of.type, why };
}
