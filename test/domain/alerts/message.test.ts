import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../lambdas/domain/alerts/record.ts';
import { slackMessage } from '../../../lambdas/domain/alerts/slack.ts';
import { teamsMessage } from '../../../lambdas/domain/alerts/teams.ts';
import { redactedUrl, webhookName } from '../../../lambdas/domain/alerts/webhook.ts';
import { alertText } from '../../../lambdas/domain/alerts/words.ts';
import { anEndpoint, anEventId, ENDPOINT_ID, NOW } from '../../factories.ts';

const HOUR = 3_600_000;
const LINK = `https://hooks.example/endpoints/${ENDPOINT_ID}`;
const ALERT: Alert = {
  id: 'an-id',
  stage: 'opened',
  at: NOW,
  since: NOW - HOUR,
  cause: 'tls_expired',
  url: 'https://receiver.example/hooks?a=1&b=<2>',
  tries: 0,
  nextTryAt: NOW,
};

function textOf(description: string, alert: Alert = ALERT) {
  const waiting = { count: 7, more: false };
  return alertText(alert, { endpoint: anEndpoint({ description }), waiting, link: LINK });
}

describe('a message for Slack', () => {
  it('is a header, what is the matter, what to do and where, with a text for notifications', () => {
    expect(slackMessage(textOf('Billing'), LINK)).toEqual({
      text: 'Webhook endpoint fails: https://receiver.example/hooks?a=1&amp;b=&lt;2&gt;',
      unfurl_links: false,
      unfurl_media: false,
      blocks: [
        {
          type: 'header',
          text: {
            type: 'plain_text',
            text: 'Webhook endpoint fails: https://receiver.example/hooks?a=1&b=<2>',
            emoji: false,
          },
        },
        {
          type: 'section',
          text: {
            type: 'plain_text',
            text: 'Deliveries to your endpoint fail, so they are held back. Nothing is lost.',
            emoji: false,
          },
        },
        {
          type: 'section',
          text: {
            type: 'plain_text',
            text: [
              `Endpoint: https://receiver.example/hooks?a=1&b=<2> (${ENDPOINT_ID})`,
              'Description: Billing',
              'Reason: The TLS certificate has expired. Renew it.',
              'Since: 2026-11-23 11:00 UTC (1 hour)',
              'Last success: not on record',
              'Waiting: 7 deliveries',
            ].join('\n'),
            emoji: false,
          },
        },
        {
          type: 'section',
          text: {
            type: 'plain_text',
            text: 'Mend it, and deliveries go on by themselves: we try one at a time until it answers.',
            emoji: false,
          },
        },
        { type: 'section', text: { type: 'mrkdwn', text: `<${LINK}|Open the endpoint>` } },
      ],
    });
  });

  it('lets no word from outside mention people, link or add a line where markup is read', () => {
    const evil = '<!channel> <https://evil.example|click> *bold*\nReason: none';
    const alert = { ...ALERT, url: `https://receiver.example/${evil}` };
    const message = JSON.stringify(slackMessage(textOf(evil, alert), LINK), (_, value) =>
      value?.type === 'plain_text' ? undefined : value,
    );
    expect(message).toContain('&lt;!channel&gt; &lt;https://evil.example|click&gt;');
    expect(message.match(/<[^>]*>/g)).toEqual([`<${LINK}|Open the endpoint>`]);
    expect(JSON.stringify(slackMessage(textOf(evil), LINK)).match(/\\nReason:/g)).toHaveLength(1);
  });
});

describe('a message for Teams', () => {
  it('is one Adaptive Card', () => {
    const bold = { weight: 'Bolder' };
    const line = (...inlines: object[]) => ({
      type: 'RichTextBlock',
      inlines: inlines.map((one) => ({ type: 'TextRun', ...one })),
    });
    expect(teamsMessage(textOf('Billing'), LINK)).toEqual({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: {
            $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
            type: 'AdaptiveCard',
            version: '1.2',
            msteams: { width: 'Full' },
            body: [
              line({
                text: 'Webhook endpoint fails: https://receiver.example/hooks?a=1&b=<2>',
                size: 'Medium',
                ...bold,
              }),
              line({ text: 'Deliveries to your endpoint fail, so they are held back. Nothing is lost.' }),
              line(
                { text: 'Endpoint:', ...bold },
                { text: ` https://receiver.example/hooks?a=1&b=<2> (${ENDPOINT_ID})` },
              ),
              line({ text: 'Description:', ...bold }, { text: ' Billing' }),
              line({ text: 'Reason:', ...bold }, { text: ' The TLS certificate has expired. Renew it.' }),
              line({ text: 'Since:', ...bold }, { text: ' 2026-11-23 11:00 UTC (1 hour)' }),
              line({ text: 'Last success:', ...bold }, { text: ' not on record' }),
              line({ text: 'Waiting:', ...bold }, { text: ' 7 deliveries' }),
              line({
                text: 'Mend it, and deliveries go on by themselves: we try one at a time until it answers.',
              }),
            ],
            actions: [{ type: 'Action.OpenUrl', title: 'Open the endpoint', url: LINK }],
          },
        },
      ],
    });
  });

  it('reads no word from outside as markup or as a date, and stays below the 28 KB Teams takes', () => {
    const exhausted = Array.from({ length: 500 }, (_, index) => ({
      event: anEventId(String(index)),
      type: 'a'.repeat(128),
      why: 'exhausted' as const,
    }));
    const alert: Alert = {
      ...ALERT,
      stage: 'exhausted',
      exhausted,
      url: `https://receiver.example/${'界'.repeat(2000)}`,
    };
    const text = JSON.stringify(teamsMessage(textOf('{{DATE(2026-11-23T00:00:00Z)}} [a](b)', alert), LINK));
    expect(text).not.toContain('{{DATE');
    expect(text).not.toContain('"TextBlock"');
    expect(Buffer.byteLength(text)).toBeLessThan(28 * 1024);
  });
});

describe('a webhook', () => {
  const one = { url: 'https://hooks.slack.com/services/T0/B0/secret', format: 'slack' } as const;

  it('is shown without what would let somebody post to it', () => {
    expect(redactedUrl(one)).toBe('https://hooks.slack.com/...');
    expect(webhookName(one)).toMatch(/^slack-[0-9a-f]{10}$/);
  });

  it('has one name for as long as its URL stays', () => {
    expect(webhookName({ ...one })).toBe(webhookName(one));
    expect(webhookName({ ...one, url: `${one.url}2` })).not.toBe(webhookName(one));
  });
});
