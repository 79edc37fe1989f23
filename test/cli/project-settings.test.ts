import { describe, expect, test } from 'vitest';
import { changeProject } from '../../bin/cli/project-settings.ts';
import { aProject } from '../factories.ts';

test.each(['127.0.0.0/8', '0.0.0.0/0', '::1/128', '::/0'])(
  'a deployed gateway never opens %s: the function itself is behind it',
  (cidr) => {
    const text = JSON.stringify({ egress: { cidrs: ['10.0.0.0/8', cidr] } });
    expect(changeProject(aProject(), text, false)).toMatchObject({
      ok: false,
      failure: { errors: [{ field: 'egress.cidrs[1]', code: 'loopback' }] },
    });
    expect(changeProject(aProject(), text, true).ok).toBe(true);
  },
);

describe('alert webhooks', () => {
  const slack = { url: 'https://HOOKS.slack.com/services/T0/B0/secret', format: 'slack' } as const;
  const set = (value: unknown, project = aProject()) =>
    changeProject(project, JSON.stringify({ alert_webhooks: value }), false);

  test('are replaced whole, and taken away with null', () => {
    const made = set([slack]);
    const kept = [{ url: 'https://hooks.slack.com/services/T0/B0/secret', format: 'slack' }];
    expect(made).toMatchObject({ ok: true, value: { alertWebhooks: kept } });
    const project = aProject({ alertWebhooks: [slack] });
    expect(changeProject(project, '{"name":"other"}', false)).toMatchObject({
      value: { name: 'other', alertWebhooks: [slack] },
    });
    const none = set(null, project);
    expect(none.ok && none.value).not.toHaveProperty('alertWebhooks');
  });

  test.each([
    [[{ ...slack, url: 'http://hooks.slack.com/x' }], 'alert_webhooks[0].url', 'url_not_https'],
    [[slack, { ...slack, url: 'https://10.0.0.1/x' }], 'alert_webhooks[1].url', 'url_blocked_address'],
    [[{ ...slack, format: 'irc' }], 'alert_webhooks[0].format', 'not_allowed'],
    [[slack, slack, slack, slack, slack, slack], 'alert_webhooks', 'too_big'],
  ])('refuse %j', (value, field, code) => {
    expect(set(value)).toMatchObject({ ok: false, failure: { errors: [{ field, code }] } });
  });
});
