import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { type AwsCredentials, createSigner } from '../../lambdas/aws/sign.ts';
import { NOW } from '../factories.ts';
import fc from '../properties.ts';

const DAY_MS = 86_400_000;
const SCOPE = { region: 'us-east-1', service: 'dynamodb' };

describe('a signature', () => {
  it('is the one the SDK makes of the same request', async () => {
    const words = fc.string({ unit: fc.constantFrom('a', 'Z', '0', '/', '+', '=', '-', 'é'), minLength: 1 });
    const credentials = fc.record({
      accessKeyId: fc.stringMatching(/^[A-Z0-9]{16,20}$/),
      secretAccessKey: words,
      sessionToken: fc.option(fc.stringMatching(/^[A-Za-z0-9+/=]{1,400}$/), { nil: undefined }),
    });
    const item = fc.dictionary(fc.string(), fc.string({ unit: 'binary' }));
    const region = fc.constantFrom('us-east-1', 'eu-central-1', 'cn-north-1');
    await fc.assert(
      fc.asyncProperty(credentials, region, item, async (drawn, region, fields) => {
        const { sessionToken, ...long } = drawn;
        const own = sessionToken === undefined ? long : { ...long, sessionToken };
        const { headers, body } = await sdkRequest({ region, credentials: own }, { ...fields, pk: 'p' });
        const { authorization, ...rest } = headers;
        const signed = /SignedHeaders=([^,]+)/.exec(authorization!)![1]!.split(';');
        const shown = Object.fromEntries(signed.map((name) => [name, rest[name]!]));
        const { 'x-amz-date': moment, 'x-amz-security-token': token, ...given } = shown;
        const sign = createSigner(own, { region, service: 'dynamodb' });
        const ours = sign({ headers: given, body }, timeOf(moment!));
        expect(ours).toEqual({ ...shown, authorization });
        expect(ours['x-amz-security-token']).toBe(token);
      }),
      { numRuns: 60 },
    );
  });

  it("is that of AWS's own test suite (post-vanilla)", () => {
    const sign = createSigner(
      { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
      { region: 'us-east-1', service: 'service' },
    );
    const post = { headers: { host: 'example.amazonaws.com' }, body: '' };
    expect(sign(post, Date.UTC(2015, 7, 30, 12, 36)).authorization).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    );
  });

  it('goes on at midnight with the key of the new day', () => {
    const credentials: AwsCredentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
    const post = { headers: { host: 'h' }, body: '{}' };
    const old = createSigner(credentials, SCOPE);
    old(post, NOW);
    for (const later of [NOW + DAY_MS, NOW]) {
      expect(old(post, later)).toEqual(createSigner(credentials, SCOPE)(post, later));
    }
  });
});

/** The request the SDK would have sent. */
async function sdkRequest(config: DynamoDBClientConfig, Item: Record<string, string>) {
  let seen: { headers: Record<string, string>; body: string } | undefined;
  const client = new DynamoDBClient({
    ...config,
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: { headers: Record<string, string>; body: Uint8Array }) => {
        seen = { headers: request.headers, body: new TextDecoder().decode(request.body) };
        throw new Error('seen');
      },
    },
  });
  const put = new PutCommand({ TableName: 't', Item });
  await expect(DynamoDBDocumentClient.from(client).send(put)).rejects.toThrow('seen');
  return seen!;
}

/** Of `20261123T231500Z`. */
function timeOf(moment: string): number {
  return Date.parse(moment.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
}
