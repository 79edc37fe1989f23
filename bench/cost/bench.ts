/** What every measurement works with: the real functions, counted stand-ins, and time that can be moved on. */
import { callAws } from '../../local/aws-json.ts';
import type { Functions } from './functions.ts';
import type { Pump } from './pump.ts';
import type { CostReceiver } from './receiver.ts';
import type { Services } from './services.ts';
import type { ShiftedClock } from './shifted-clock.ts';
import type { Tally } from './usage.ts';

export interface Bench {
  readonly tally: Tally;
  readonly services: Services;
  readonly functions: Functions;
  readonly pump: Pump;
  readonly receiver: CostReceiver;
  readonly clock: ShiftedClock;
}

/** Schedules whose time has come put their wakes into the queue. */
export async function fireSchedules({ services, tally, clock }: Bench): Promise<void> {
  const { sqs, schedules, url } = services;
  for (const MessageBody of schedules.takeDue(clock.now())) {
    tally.add('schedules', 1);
    await callAws(sqs.counted, 'sqs', 'SendMessage', { QueueUrl: url('wake', sqs.counted), MessageBody });
  }
}
