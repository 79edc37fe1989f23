/**
 * Settings of one deployment, from `cdk.json` under `context.posthorn`. A wrong one stops synthesis with its name
 * and what is allowed, all mistakes at once: finding the second mistake should not take a second deployment.
 */
import type { BrokerSetting } from '../lambdas/contract/brokers.ts';
import { MAX_DESTINATIONS_LENGTH, sendingAction } from '../lambdas/contract/destinations.ts';
import { readBrokers } from '../lambdas/contract/read-brokers.ts';
import { isText, isWhole, listOf, oneOf, type Rule, text, truth, whole } from './setting-rules.ts';

export interface Settings {
  readonly name: string;
  readonly production: boolean;
  readonly retentionDays: number;
  readonly logRetentionDays: number;
  readonly logLevel: LogLevel;
  readonly egress: Egress;
  readonly zones: number;
  readonly egressPorts: 'all' | readonly number[];
  readonly publishers: readonly string[];
  readonly destinations: readonly string[];
  readonly destinationRoles: readonly string[];
  readonly brokers: readonly BrokerSetting[];
  readonly deliverConcurrency: number;
  readonly apiRatePerSecond: number;
  readonly apiBurst: number;
  readonly keyRatePerSecond: number;
  readonly keyBurst: number;
  readonly alarmEmail?: string;
  readonly mailFrom?: string;
  readonly dashboardUrl?: string;
  readonly inboundUrl?: string;
}

const EGRESS = ['nat-gateway', 'nat-instance', 'none'] as const;
export type Egress = (typeof EGRESS)[number];

const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** CloudWatch accepts these retentions and no others. */
const LOG_RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] as const;

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

interface Setting extends Rule {
  /** Absent: the setting is optional and has no default. */
  readonly fallback?: unknown;
  /** What it changes, for whoever reads this table to decide. */
  readonly about: string;
}

/** Every setting, once: what it does, its default and what it may be. */
export const SETTINGS: { readonly [Name in keyof Settings]-?: Setting } = {
  name: {
    fallback: 'posthorn',
    ...text(
      '3 to 30 lower-case letters, digits and hyphens, starting with a letter',
      /^[a-z][a-z0-9-]{2,29}$/,
    ),
    about:
      'Name of the stack, and prefix of alarm names. Several gateways in one account need several names.',
  },
  production: {
    fallback: true,
    ...truth(),
    about: 'Keeps tables, bodies and addresses when the stack is deleted, and refuses to delete the tables.',
  },
  retentionDays: {
    fallback: 30,
    ...whole(1, 3650),
    about: 'How long events, their bodies and deliveries stay.',
  },
  logRetentionDays: {
    fallback: 30,
    ...oneOf(LOG_RETENTION_DAYS),
    about: "How long our functions' logs and the API's access log stay.",
  },
  logLevel: {
    fallback: 'WARN',
    ...oneOf(LOG_LEVELS),
    about:
      'Least important log line our functions keep. INFO adds a line per attempt, all of which the delivery records hold as well.',
  },
  egress: {
    fallback: 'nat-gateway',
    ...oneOf(EGRESS),
    about:
      'Where deliveries leave from. nat-gateway: fixed addresses, run by AWS. nat-instance: fixed addresses on a small machine, cheaper and less available. none: no VPC, changing addresses, nothing to pay. Choose before receivers know the addresses: AWS does not move one from a gateway to a machine within a deployment.',
  },
  zones: {
    fallback: 1,
    ...whole(1, 3),
    about:
      'Availability zones deliveries run in. Each has its own NAT and fixed address (and costs one); with one, deliveries wait while that zone is down. Changing it changes the list receivers have to allow.',
  },
  egressPorts: {
    fallback: 'all',
    allowed: '"all" or a list of whole numbers from 1 to 65535',
    accepts: (value) => value === 'all' || listOf(value, (port) => isWhole(port, 1, 65_535)),
    about:
      'TCP ports deliveries may go to. All by default, since receivers listen on other https ports too and the address guard judges ports per project. 443 is always open: our own AWS calls need it.',
  },
  publishers: {
    fallback: [],
    allowed: 'a list of AWS account ids (12 digits) and role ARNs',
    accepts: (value) =>
      listOf(value, (entry) => isText(entry, /^(\d{12}|arn:aws[a-z-]*:iam::\d{12}:role\/\S+)$/)),
    about: 'Other accounts or roles that may send to the publish queue.',
  },
  destinations: {
    fallback: [],
    allowed: `a list of ARNs of SQS queues, SNS topics, EventBridge buses and Lambda functions, ${MAX_DESTINATIONS_LENGTH} characters in all`,
    accepts: (value) =>
      shortList(value) && listOf(value, (entry) => sendingAction(String(entry)) !== undefined),
    about:
      'Receivers inside AWS that any project may send to without a role. The delivery function is allowed exactly these. Those of other accounts have to let its role in too.',
  },
  destinationRoles: {
    fallback: [],
    allowed: `a list of role ARNs, ${MAX_DESTINATIONS_LENGTH} characters in all`,
    accepts: (value) =>
      shortList(value) &&
      listOf(value, (entry) => isText(entry, /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/)),
    about:
      "Roles that endpoints may name to send to receivers inside AWS. Each role's trust policy asks for the project's external id, so that no other project can use it.",
  },
  brokers: {
    fallback: [],
    allowed: 'a list of sources of events; docs/brokers.md has the fields of each kind',
    // Its own mistakes are told one by one.
    accepts: () => true,
    about:
      'Queues, topics, buses and streams of yours whose messages become events. Without any, nothing is made for them.',
  },
  deliverConcurrency: {
    fallback: 100,
    ...whole(2, 1000),
    about: 'Delivery functions running at once, each with up to ten deliveries in flight.',
  },
  apiRatePerSecond: {
    fallback: 1000,
    ...whole(1, 10_000),
    about: 'Requests per second the API takes before it answers 429.',
  },
  apiBurst: {
    fallback: 2000,
    ...whole(1, 5000),
    about: 'Requests the API takes at once before it answers 429.',
  },
  keyRatePerSecond: {
    fallback: 100,
    ...whole(1, 10_000),
    about: 'Requests per second of one API key before it is answered 429; a batch of events is one.',
  },
  keyBurst: {
    fallback: 200,
    ...whole(1, 10_000),
    about: 'Requests one API key may send at once before it is answered 429.',
  },
  alarmEmail: {
    ...text('an e-mail address', EMAIL),
    about: 'Who is mailed about alarms. Without it, subscribe to the topic in the outputs.',
  },
  mailFrom: {
    ...text('an e-mail address', EMAIL),
    about:
      'Address mail to the owners of failing endpoints comes from: an identity verified in SES, in this account and region (or an address of a verified domain). Without it, alerts are operational events only.',
  },
  dashboardUrl: {
    ...text('an https URL without a query', /^https:\/\/[^\s?#]+$/),
    about: 'Where owners look at their endpoints; mail links to it. Without it, mail links to the API.',
  },
  inboundUrl: {
    ...text('an https URL without a query and without a slash at the end', /^https:\/\/[^\s?#]+[^\s?#/]$/),
    about:
      'A domain of yours in front of the addresses of sources: a source’s id comes behind it. Without it, they have the host name API Gateway gives.',
  },
};

/**
 * Fills in defaults and refuses what is unknown, mistyped or out of range.
 * @throws Error that lists every mistake
 */
export function checkSettings(given: unknown): Settings {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new Error('Setting "posthorn" in the context of cdk.json must be an object of settings.');
  }
  const values = new Map<string, unknown>(Object.entries(given));
  const unknown = [...values.keys()]
    .filter((name) => !Object.hasOwn(SETTINGS, name))
    .map((name) => `${name}: no such setting; there are ${Object.keys(SETTINGS).join(', ')}`);
  const wrong = Object.entries(SETTINGS)
    .filter(([name, setting]) => values.get(name) !== undefined && !setting.accepts(values.get(name)))
    .map(([name, { allowed }]) => `${name}: must be ${allowed}, not ${JSON.stringify(values.get(name))}`);
  const brokers = readBrokers(values.get('brokers') ?? []);
  const mistakes = [...unknown, ...wrong, ...(brokers.ok ? [] : brokers.failure)];
  if (mistakes.length > 0) {
    throw new Error(`Wrong settings in cdk.json (context.posthorn):\n  ${mistakes.join('\n  ')}`);
  }
  const settings = Object.entries(SETTINGS).map(([name, setting]) => [
    name,
    values.get(name) ?? setting.fallback,
  ]);
  return Object.fromEntries(settings) as Settings;
}

/** Of texts that together fit into a function's environment. */
function shortList(value: unknown): boolean {
  return Array.isArray(value) && value.join().length <= MAX_DESTINATIONS_LENGTH;
}
