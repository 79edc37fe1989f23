import { describe, expect, test } from 'vitest';
import { ENV } from '../../lambdas/contract/env.ts';
import { FUNCTION_IDS, resource, templateOf } from './gateway.ts';
import { allowedTo } from './statements.ts';

const ROLE = /^OwnerAlertsAlertRole/;

function environmentOf(name: string, settings: Readonly<Record<string, unknown>>) {
  const { Properties } = resource(templateOf(settings), 'AWS::Lambda::Function', FUNCTION_IDS[name]);
  return (Properties.Environment as { Variables: Readonly<Record<string, unknown>> }).Variables;
}

describe('with an address to mail from', () => {
  const settings = { egress: 'none', mailFrom: 'hooks@mail.acme.example' };

  test('mail goes out as that identity or its domain, and as no other', () => {
    const mayMail = allowedTo(templateOf(settings), ROLE).filter((each) => each.startsWith('ses:'));
    const identity = 'arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity';
    expect(mayMail).toEqual([
      `ses:SendEmail on ${identity}/hooks@mail.acme.example`,
      `ses:SendEmail on ${identity}/mail.acme.example`,
    ]);
  });

  test('the API knows that mail is sent, to say so', () => {
    expect(environmentOf('api', settings)[ENV.mailFrom]).toBe('hooks@mail.acme.example');
    expect(environmentOf('alert', settings)[ENV.mailFrom]).toBe('hooks@mail.acme.example');
  });
});

describe('without one', () => {
  test('nothing may be mailed', () => {
    const template = templateOf({ egress: 'none' });
    expect(allowedTo(template, ROLE).filter((each) => each.startsWith('ses:'))).toEqual([]);
    expect(environmentOf('alert', { egress: 'none' })).not.toHaveProperty(ENV.mailFrom);
  });
});

test('mail links to the dashboard, or else to the API', () => {
  const dashboardUrl = 'https://hooks.acme.example/';
  expect(environmentOf('alert', { egress: 'none', dashboardUrl })[ENV.endpointLink]).toBe(
    'https://hooks.acme.example/endpoints/',
  );
  const link = JSON.stringify(environmentOf('alert', { egress: 'none' })[ENV.endpointLink]);
  expect(link).toContain('/v1/endpoints/');
  expect(link).toContain('ApiEndpoint');
});
