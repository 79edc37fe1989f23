import { describe, expect, it } from 'vitest';
import { alertMail } from '../../../lambdas/domain/alerts/mail.ts';
import type { Alert, AlertStage } from '../../../lambdas/domain/alerts/record.ts';
import type { AlertContext } from '../../../lambdas/domain/alerts/words.ts';
import { FAILING_MS } from '../../../lambdas/domain/health/failing.ts';
import { anEndpoint, anEventId, ENDPOINT_ID, EVENT_ID, NOW } from '../../factories.ts';

const HOUR = 3_600_000;

function anAlert(stage: AlertStage, over: Partial<Alert> = {}): Alert {
  return {
    id: 'an-id',
    stage,
    at: NOW,
    since: NOW - 25 * HOUR,
    cause: 'tls_expired',
    lastSuccessAt: NOW - 26 * HOUR,
    disablesAt: NOW - 25 * HOUR + FAILING_MS,
    url: 'https://receiver.example/hooks',
    tries: 0,
    nextTryAt: NOW,
    ...over,
  };
}

const CONTEXT: AlertContext = {
  endpoint: anEndpoint({ description: 'Billing' }),
  waiting: { count: 100, more: true },
  link: `https://hooks.example/endpoints/${ENDPOINT_ID}`,
};

describe('the mail', () => {
  it('says what happened, why, since when, what waits and where to mend it', () => {
    const { subject, text } = alertMail(anAlert('still_failing'), CONTEXT);
    expect(subject).toBe('Webhook endpoint still fails after a day: https://receiver.example/hooks');
    expect(
      text,
    ).toBe(`Deliveries to your endpoint have failed for a day. They are held back. Nothing is lost so far.

Endpoint: https://receiver.example/hooks (${ENDPOINT_ID})
Description: Billing
Reason: The TLS certificate has expired. Renew it.
Since: 2026-11-22 11:00 UTC (25 hours)
Last success: 2026-11-22 10:00 UTC
Waiting: at least 100 deliveries

Mend it, and deliveries go on by themselves: we try one at a time until it answers.
https://hooks.example/endpoints/${ENDPOINT_ID}
`);
  });

  it('says that it works again only when something succeeded since it failed', () => {
    const worked = alertMail(anAlert('recovered', { lastSuccessAt: NOW }), CONTEXT);
    expect(worked.subject).toMatch(/^Webhook endpoint works again:/);
    expect(worked.text).toContain('succeed again');
    for (const lastSuccessAt of [NOW - 26 * HOUR, undefined]) {
      const { lastSuccessAt: _, ...before } = anAlert('recovered');
      const reset = alertMail({ ...before, ...(lastSuccessAt && { lastSuccessAt }) }, CONTEXT);
      expect(reset.subject).toMatch(/^Webhook endpoint is tried again:/);
      expect(reset.text).toContain('No delivery has succeeded since it failed.');
      expect(reset.text).not.toMatch(/succeed again|nothing to do/);
    }
  });

  it('lists what was given up, with the reason of each', () => {
    const exhausted = [
      { event: EVENT_ID, type: 'invoice.paid', why: 'exhausted' },
      { event: anEventId('two'), type: 'user.created', why: 'not_retryable' },
    ] as const;
    const { subject, text } = alertMail(anAlert('exhausted', { exhausted, since: NOW }), CONTEXT);
    expect(subject).toBe('2 webhook deliveries given up: https://receiver.example/hooks');
    expect(text.split('\n').slice(0, 6)).toEqual([
      '2 deliveries to your endpoint were given up in the hour before 2026-11-23 12:00 UTC. No further attempt will be made by itself.',
      '',
      `Endpoint: https://receiver.example/hooks (${ENDPOINT_ID})`,
      'Description: Billing',
      `invoice.paid: ${EVENT_ID}: the last attempt failed`,
      `user.created: ${anEventId('two')}: it was answered with a status that is not retried`,
    ]);
  });

  it('counts what it does not list', () => {
    const one = { event: EVENT_ID, type: 'invoice.paid', why: 'exhausted' } as const;
    const { text } = alertMail(anAlert('exhausted', { exhausted: Array(23).fill(one) }), CONTEXT);
    expect(text).toContain('And: 3 more\n');
  });

  it.each([
    ['opened', 'Webhook endpoint fails: https://receiver.example/hooks'],
    ['disabling_soon', 'Webhook endpoint will be disabled tomorrow: https://receiver.example/hooks'],
    ['disabled', 'Webhook endpoint disabled: https://receiver.example/hooks'],
    ['recovered', 'Webhook endpoint works again: https://receiver.example/hooks'],
  ] as const)('has a subject for %s', (stage, subject) => {
    expect(alertMail(anAlert(stage, { lastSuccessAt: NOW }), CONTEXT).subject).toBe(subject);
  });

  it('says when it will be disabled, and why it was', () => {
    expect(alertMail(anAlert('disabling_soon'), CONTEXT).text).toContain(
      'disabled at the first failure after 2026-11-27 11:00 UTC unless',
    );
    const gone = anAlert('disabled', { disabledReason: 'gone' });
    expect(alertMail(gone, CONTEXT).text).toMatch(/^Your endpoint answered 410 Gone/);
    const asked = anAlert('disabled', { disabledReason: 'asked' });
    const { text } = alertMail(asked, CONTEXT);
    expect(text).toMatch(/^Your endpoint answered with the header "webhook-delivery: disable"/);
    expect(text).not.toContain('410');
  });

  it('escapes whatever comes from outside in HTML', () => {
    const endpoint = anEndpoint({ description: `<script>alert("x")</script> & 'y'` });
    const url = 'https://receiver.example/?a=<b>&c="d"';
    const { html } = alertMail(anAlert('opened', { url }), { ...CONTEXT, endpoint });
    expect(html).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;');
    expect(html).toContain('https://receiver.example/?a=&lt;b&gt;&amp;c=&quot;d&quot;');
    expect(html).not.toContain('<script>');
    expect(html).not.toContain('<b>');
  });

  it('keeps line breaks out of the subject and of each fact', () => {
    const endpoint = anEndpoint({ description: 'Billing\r\nReason: all is well\u2028' });
    const mail = alertMail(anAlert('opened', { url: 'https://a.example/\r\nBcc: x@y.example' }), {
      ...CONTEXT,
      endpoint,
    });
    expect(mail.subject).toBe('Webhook endpoint fails: https://a.example/ Bcc: x@y.example');
    expect(mail.text).toContain('\nDescription: Billing Reason: all is well\n');
  });
});
