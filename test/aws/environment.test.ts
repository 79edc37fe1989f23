import { describe, expect, it } from 'vitest';
import { endpointOf, environmentCredentials } from '../../lambdas/aws/environment.ts';

const PLACE = { region: 'eu-central-1', service: 'dynamodb' };

describe('where a service is', () => {
  it.each([
    ['eu-central-1', 'https://dynamodb.eu-central-1.amazonaws.com/'],
    ['us-gov-west-1', 'https://dynamodb.us-gov-west-1.amazonaws.com/'],
    ['cn-north-1', 'https://dynamodb.cn-north-1.amazonaws.com.cn/'],
    ['eusc-de-east-1', 'https://dynamodb.eusc-de-east-1.amazonaws.eu/'],
    ['us-iso-east-1', 'https://dynamodb.us-iso-east-1.c2s.ic.gov/'],
    ['us-isob-east-1', 'https://dynamodb.us-isob-east-1.sc2s.sgov.gov/'],
  ])('follows from the region %s', (region, address) => {
    expect(endpointOf({}, { ...PLACE, region }).href).toBe(address);
  });

  it("is what the service's own variable says, then what the one for all says", () => {
    const env = { AWS_ENDPOINT_URL: 'http://all', AWS_ENDPOINT_URL_DYNAMODB: 'http://one:8000' };
    expect(endpointOf(env, PLACE).href).toBe('http://one:8000/');
    expect(endpointOf(env, { ...PLACE, service: 'sqs' }).href).toBe('http://all/');
    const ignoring = { ...env, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' };
    expect(endpointOf(ignoring, PLACE).hostname).toBe('dynamodb.eu-central-1.amazonaws.com');
  });
});

describe('credentials of the environment', () => {
  it('are those of Lambda, with its session', () => {
    const env = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' };
    const read = { accessKeyId: 'id', secretAccessKey: 'secret' };
    expect(environmentCredentials(env)).toEqual({ ...read, sessionToken: 'token' });
    expect(environmentCredentials({ ...env, AWS_SESSION_TOKEN: '' })).toEqual(read);
  });

  it.each([{}, { AWS_ACCESS_KEY_ID: 'id' }, { AWS_SECRET_ACCESS_KEY: 'secret', AWS_ACCESS_KEY_ID: '' }])(
    'are missed by name: %j',
    (env) => {
      expect(() => environmentCredentials(env)).toThrow(
        expect.objectContaining({ name: 'CredentialsProviderError' }),
      );
    },
  );
});
