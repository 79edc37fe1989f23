import { describe, expect, test } from 'vitest';
import type { Preset } from '../../../lambdas/domain/inbound/presets/preset.ts';
import type { InboundRequest } from '../../../lambdas/domain/inbound/request.ts';
import { verifyInbound } from '../../../lambdas/domain/inbound/verify.ts';
import fc from '../../properties.ts';
import { discordCall, NOW_SECONDS, paypalCall, sendgridCall, snsCall } from './key-signed-calls.ts';
import { CERTIFIED, ed25519, p256 } from './test-keys.ts';

const discord = ed25519();
const sendgrid = p256();

const CALLS: readonly (readonly [Preset, InboundRequest, string])[] = [
  [{ preset: 'discord' }, discordCall(discord.privateKey), discord.pem],
  [{ preset: 'sendgrid' }, sendgridCall(sendgrid.privateKey), sendgrid.pem],
  [{ preset: 'aws-sns' }, snsCall(CERTIFIED.privateKey), CERTIFIED.valid],
  [{ preset: 'paypal', webhookId: 'w' }, paypalCall(CERTIFIED.privateKey, 'w'), CERTIFIED.valid],
];

/** What the sender vouches for; of SNS only the fields it signs. */
function meaning({ preset }: Preset, request: InboundRequest): unknown {
  if (preset !== 'aws-sns') return Buffer.from(request.body).toString('hex');
  const { SigningCertURL, Signature, UnsubscribeURL, ...signed } = JSON.parse(
    Buffer.from(request.body).toString(),
  ) as Record<string, unknown>;
  return Object.entries(signed)
    .filter(([name]) => KNOWN_TO_SNS.includes(name))
    .sort();
}

const KNOWN_TO_SNS = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];

describe.each(CALLS)('$preset', (preset, request, key) => {
  const judge = (changed: InboundRequest, keys: readonly string[]) =>
    verifyInbound(preset, changed, keys, NOW_SECONDS);

  test('believes no body but the signed one', () => {
    const size = request.body.length;
    const edit = fc.record({ at: fc.nat(size), drop: fc.nat(3), put: fc.uint8Array({ maxLength: 3 }) });
    fc.assert(
      fc.property(edit, ({ at, drop, put }) => {
        const body = Buffer.concat([request.body.subarray(0, at), put, request.body.subarray(at + drop)]);
        const changed = { ...request, body };
        if (!judge(changed, [key]).ok) return;
        expect(meaning(preset, changed)).toEqual(meaning(preset, request));
      }),
      { numRuns: 500 },
    );
  });

  test('answers any headers and any keys with a verdict', () => {
    const names = Object.keys(request.headers);
    const headers = fc.dictionary(
      fc.constantFrom(...names),
      fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 2 })),
    );
    const keys = fc.array(
      fc.oneof(
        fc.string(),
        fc.nat(key.length).map((at) => key.slice(0, at) + key.slice(at + 1)),
      ),
      {
        maxLength: 3,
      },
    );
    fc.assert(
      fc.property(headers, keys, (sent, secrets) => {
        const verdict = judge({ ...request, headers: { ...request.headers, ...sent } }, secrets);
        if (!verdict.ok) expect(verdict.failure.detail).not.toBe('');
      }),
      { numRuns: 300 },
    );
  });
});
