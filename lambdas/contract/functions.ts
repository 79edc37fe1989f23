/** Our functions: the name of each is its handler's file in `lambdas/handlers` and its folder in the bundle. */
export const FUNCTIONS = {
  /** POST /v1/events and /v1/events/batch. */
  publish: 'publish',
  /** Every other route of the API. */
  api: 'api',
  /** /in/{source_id}: webhooks of third parties. */
  inbound: 'inbound',
  /** Publish queue: events by SQS, and fan-outs. */
  publishQueue: 'publish-queue',
  /** Queues, topics, buses and streams of the settings. Made only where there are any. */
  broker: 'broker',
  /** Delivery queue: sends to receivers, from the VPC. */
  deliver: 'deliver',
  /** Wake queue: drains backlogs. */
  drain: 'drain',
  /** Alert queue: tells owners of endpoints that fail. */
  alert: 'alert',
  /** Every minute: finds wakes whose schedule was lost, and endpoints whose alerts are to be looked at. */
  sweep: 'sweep',
} as const;

export type FunctionName = (typeof FUNCTIONS)[keyof typeof FUNCTIONS];
/** Each bundle exports its handler under this name. */
export const HANDLER_EXPORT = 'handler';

/** Longest a batch of deliveries may take: the longest attempt deadline, one conflict's worth of rewriting, and room. */
export const DELIVER_TIMEOUT_SECONDS = 60;
/** AWS's advice for SQS event sources: six times the function's timeout, so that retries of a throttled batch fit. */
export const VISIBILITY_TIMES_TIMEOUT = 6;
export const DELIVER_BATCH = 10;
/** Redrive to the dead-letter queue: above `MAX_QUEUE_WAITS`, so that an ordinary wait never gets there. */
export const MAX_RECEIVES = 16;
