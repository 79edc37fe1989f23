/** Receivers inside AWS, as a deployment's settings name them. */
import { parseArn } from '../domain/destination/arn.ts';
import { type DestinationKind, kindOfArn } from '../domain/destination/destination.ts';

/** Both lists stand in the environment of the api function, of which AWS allows 4 KB in all. */
export const MAX_DESTINATIONS_LENGTH = 1_200;

const ACTIONS: Readonly<Record<DestinationKind, string>> = {
  sqs: 'sqs:SendMessage',
  sns: 'sns:Publish',
  eventbridge: 'events:PutEvents',
  lambda: 'lambda:InvokeFunction',
};

/** The permission that sending there takes; undefined: we don't send to such a thing. */
export function sendingAction(arn: string): string | undefined {
  const parsed = parseArn(arn);
  const kind = parsed && kindOfArn(parsed);
  return kind && ACTIONS[kind];
}
