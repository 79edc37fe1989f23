import { describe, expect, test } from 'vitest';
import { judge } from '../../../lambdas/domain/delivery/outcome.ts';
import {
  meaningOf,
  meaningOfRoleRefusal,
  type Refusal,
  tooLarge,
} from '../../../lambdas/domain/destination/failure.ts';
import { observationOf } from '../../../lambdas/domain/health/observation.ts';
import { NOW } from '../../factories.ts';

const refusal = (name: string, statusCode?: number, message = ''): Refusal => ({
  name,
  message,
  ...(statusCode !== undefined && { statusCode }),
});

test.each([
  // SQS
  ['QueueDoesNotExist', 400, 'destination_not_found'],
  ['AWS.SimpleQueueService.NonExistentQueue', 400, 'destination_not_found'],
  ['AWS.SimpleQueueService.QueueDeletedRecently', 400, 'destination_not_found'],
  ['AccessDenied', 403, 'destination_denied'],
  ['RequestThrottled', 403, 'destination_throttled'],
  ['OverLimit', 403, 'destination_throttled'],
  ['KmsAccessDenied', 400, 'destination_denied'],
  ['KmsNotFound', 400, 'destination_denied'],
  ['KmsThrottled', 400, 'destination_throttled'],
  ['InvalidMessageContents', 400, 'destination_rejected'],
  ['UnsupportedOperation', 400, 'destination_rejected'],
  // SNS
  ['NotFoundException', 404, 'destination_not_found'],
  ['AuthorizationErrorException', 403, 'destination_denied'],
  ['EndpointDisabledException', 400, 'destination_denied'],
  ['KMSAccessDeniedException', 400, 'destination_denied'],
  ['KMSThrottlingException', 400, 'destination_throttled'],
  ['ThrottledException', 429, 'destination_throttled'],
  ['InvalidParameterException', 400, 'destination_rejected'],
  ['InternalErrorException', 500, 'destination_unavailable'],
  // EventBridge: codes of entries
  ['ThrottlingException', 400, 'destination_throttled'],
  ['InternalFailure', 500, 'destination_unavailable'],
  ['NotAuthorizedForSourceException', 400, 'destination_denied'],
  ['MalformedDetail', 400, 'destination_rejected'],
  // Lambda
  ['ResourceNotFoundException', 404, 'destination_not_found'],
  ['AccessDeniedException', 403, 'destination_denied'],
  ['TooManyRequestsException', 429, 'destination_throttled'],
  ['RequestTooLargeException', 413, 'destination_too_large'],
  ['ServiceException', 500, 'destination_unavailable'],
  ['ResourceConflictException', 409, 'destination_rejected'],
  // Whatever comes next
  ['SomethingNew', 400, 'destination_rejected'],
  ['SomethingNew', 429, 'destination_throttled'],
  ['SomethingNew', 503, 'destination_unavailable'],
  ['ECONNREFUSED', undefined, 'destination_unavailable'],
])('%s (%s) means %s', (name, statusCode, error) => {
  expect(meaningOf(refusal(name, statusCode))).toEqual({ error, detail: name });
});

test.each([
  [
    'InvalidParameterValue',
    'One or more parameters are invalid. Reason: Message must be shorter than 262144 bytes.',
  ],
  ['InvalidParameterException', 'Invalid parameter: Message too long'],
  ['ValidationException', 'Total size of the entries in the request is over the limit.'],
])('%s that speaks of size means too large', (name, message) => {
  expect(meaningOf(refusal(name, 400, message)).error).toBe('destination_too_large');
});

test.each([
  'ExpiredTokenException',
  'UnrecognizedClientException',
  'CredentialsProviderError',
  'InvalidClientTokenId',
])('%s is about our credentials and uses up no attempt', (name) => {
  expect(meaningOf(refusal(name, 403)).error).toBe('our_fault');
  expect(meaningOfRoleRefusal(refusal(name, 403)).error).toBe('our_fault');
});

describe('a role', () => {
  test('whose trust policy does not name us is not assumable', () => {
    const said = 'User: arn:… is not authorized to perform: sts:AssumeRole on resource: arn:…';
    expect(meaningOfRoleRefusal(refusal('AccessDenied', 403, said))).toEqual({
      error: 'role_not_assumable',
      detail: `AccessDenied: ${said}`,
    });
  });

  test.each([
    ['Throttling', 400],
    ['ServiceUnavailable', 503],
    ['ECONNRESET', undefined],
  ])('is not to blame for %s of STS', (name, statusCode) => {
    expect(meaningOfRoleRefusal(refusal(name, statusCode))).toEqual({
      error: 'our_fault',
      detail: `STS: ${name}`,
    });
  });
});

test('what AWS says is kept, up to 300 characters', () => {
  const { detail } = meaningOf(refusal('AccessDenied', 403, 'x'.repeat(1000)));
  expect(detail).toHaveLength(300);
  expect(detail).toMatch(/^AccessDenied: x+…$/);
});

describe('for the delivery and the circuit', () => {
  const verdictOn = (error: 'destination_too_large' | 'destination_throttled' | 'destination_denied') =>
    judge({ kind: 'no_response', error, durationMs: 5, phases: {} }, NOW);

  test('an event that is too large is never tried again, and says nothing of the others', () => {
    expect(tooLarge(1_048_577, 1_048_576).detail).toBe('1048577 bytes; at most 1048576');
    const verdict = verdictOn('destination_too_large');
    expect(verdict).toEqual({ outcome: 'failed', error: 'destination_too_large', stop: 'never' });
    expect(observationOf(verdict)).toEqual({ kind: 'nothing' });
  });

  test('a throttled destination is slowed down like one that answers 429', () => {
    expect(observationOf(verdictOn('destination_throttled'))).toEqual({ kind: 'throttled', retryAfterMs: 0 });
  });

  test('a refused permission is a failure', () => {
    expect(observationOf(verdictOn('destination_denied'))).toEqual({
      kind: 'failure',
      error: 'destination_denied',
    });
  });
});
