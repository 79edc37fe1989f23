/** Every environment variable of our functions, once: constructs write them, handlers read them. */
export const ENV = {
  configTable: 'CONFIG_TABLE',
  logTable: 'LOG_TABLE',
  stateTable: 'STATE_TABLE',
  bodyBucket: 'BODY_BUCKET',
  publishQueueUrl: 'PUBLISH_QUEUE_URL',
  deliveryQueueUrl: 'DELIVERY_QUEUE_URL',
  wakeQueueUrl: 'WAKE_QUEUE_URL',
  alertQueueUrl: 'ALERT_QUEUE_URL',
  wakeQueueArn: 'WAKE_QUEUE_ARN',
  wakeGroup: 'WAKE_SCHEDULE_GROUP',
  wakeRoleArn: 'WAKE_ROLE_ARN',
  /** Seconds a delivery message stays hidden once received. */
  deliveryVisibilitySeconds: 'DELIVERY_VISIBILITY_SECONDS',
  /** Comma-separated; empty when egress has no fixed address. */
  egressIps: 'EGRESS_IPS',
  /** Host names of our own API and door, comma-separated; refused as receivers. */
  ownHost: 'OWN_HOST',
  /** Verified in SES; absent: no mail is sent. */
  mailFrom: 'MAIL_FROM',
  /** Where an endpoint is looked at; its id comes behind it. */
  endpointLink: 'ENDPOINT_LINK',
  /** What stands before a source's id in the address it is called at. */
  inboundUrl: 'INBOUND_URL',
  retentionDays: 'RETENTION_DAYS',
  /** ARNs inside AWS that deliveries may go to, and roles that may be taken on for them; comma-separated. */
  destinations: 'DESTINATIONS',
  destinationRoles: 'DESTINATION_ROLES',
  /** What the broker function takes in, as `contract/read-brokers.ts` writes it. */
  brokers: 'BROKERS',
  /** Requests a second of one API key, and how many at once. */
  keyRatePerSecond: 'KEY_RATE_PER_SECOND',
  keyBurst: 'KEY_BURST',
} as const;

export type EnvName = (typeof ENV)[keyof typeof ENV];
