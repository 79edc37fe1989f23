/**
 * An alert as Slack's incoming webhooks take it (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
 * Words from outside stand in `plain_text` objects only, where nothing is markup, no address becomes a link and nobody
 * is mentioned.
 */
import { type AlertText, oneLine } from './words.ts';

/** Slack's limits for the text of a header and of a section, in characters. */
const MAX_HEADER = 150;
const MAX_SECTION = 3000;

export function slackMessage({ subject, lead, facts, advice }: AlertText, link: string): object {
  const listed = facts.map(([name, value]) => `${name}: ${oneLine(value)}`).join('\n');
  return {
    // For notifications, where blocks are not shown. It is markup, whatever the blocks are.
    text: escapeMrkdwn(oneLine(subject)),
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: plain(oneLine(subject), MAX_HEADER) },
      { type: 'section', text: plain(lead, MAX_SECTION) },
      { type: 'section', text: plain(listed, MAX_SECTION) },
      { type: 'section', text: plain(advice, MAX_SECTION) },
      { type: 'section', text: { type: 'mrkdwn', text: `<${escapeMrkdwn(link)}|Open the endpoint>` } },
    ],
  };
}

/** Without `emoji`, `:name:` stays as it is written. */
function plain(text: string, most: number): object {
  return { type: 'plain_text', text: text.slice(0, most).toWellFormed(), emoji: false };
}

/** Slack's three control characters, and no others (https://docs.slack.dev/messaging/formatting-message-text). */
function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
