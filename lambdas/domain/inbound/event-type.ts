/** What an inbound event is called. */
import { isOperational } from '../operational-type.ts';
import { asEventType, type Pick, type Pickable, pickText } from './pick.ts';
import type { PresetName } from './presets/preset.ts';

/** For calls that do not say. */
export const UNNAMED_TYPE = 'webhook.received';
/** Stands before a type that would look like one of the gateway's own. */
const FOREIGN = 'inbound';

/** Never fails: a call whose type can't be read is an event all the same. */
export function inboundEventType(pick: Pick, call: Pickable, unnamed = UNNAMED_TYPE): string {
  const text = pickText(pick, call);
  const type = text === undefined ? undefined : asEventType(text);
  if (type === undefined) return unnamed;
  return isOperational(type) ? (asEventType(`${FOREIGN}.${type}`) ?? unnamed) : type;
}

const HEADER = (path: string): Pick => ({ from: 'header', path });
const BODY = (path: string): Pick => ({ from: 'body', path });

/** Where each vendor names the type of its events; sources start with it. */
const TYPE_OF: Partial<Readonly<Record<PresetName, Pick>>> = {
  'standard-webhooks': BODY('type'),
  svix: BODY('type'),
  stripe: BODY('type'),
  github: HEADER('x-github-event'),
  gitlab: HEADER('x-gitlab-event'),
  bitbucket: HEADER('x-event-key'),
  shopify: HEADER('x-shopify-topic'),
  slack: BODY('event.type'),
  zoom: BODY('event'),
  paddle: BODY('event_type'),
  pagerduty: BODY('event.event_type'),
  zendesk: BODY('type'),
  intercom: BODY('topic'),
  linear: BODY('type'),
  twitch: HEADER('twitch-eventsub-subscription-type'),
  mux: BODY('type'),
  razorpay: BODY('event'),
  notion: BODY('type'),
  square: BODY('type'),
  mailgun: BODY('event-data.event'),
  paypal: BODY('event_type'),
};

export function usualEventType(preset: PresetName): Pick {
  return TYPE_OF[preset] ?? { from: 'constant', value: UNNAMED_TYPE };
}
