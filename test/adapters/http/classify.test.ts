import { describe, expect, it } from 'vitest';
import { classify, classifyDeadline } from '../../../lambdas/adapters/http/classify.ts';
import type { Stage } from '../../../lambdas/adapters/http/trace.ts';

const error = (code: string, reason?: string) => ({ code, message: `message of ${code}`, reason });

const ROWS: readonly (readonly [code: string, stage: Stage, error: string])[] = [
  ['ENOTFOUND', 'dns', 'dns_not_found'],
  ['ENODATA', 'dns', 'dns_error'],
  ['ESERVFAIL', 'dns', 'dns_error'],
  ['EREFUSED', 'dns', 'dns_error'],
  ['ETIMEOUT', 'dns', 'dns_error'],
  ['EAI_AGAIN', 'dns', 'dns_error'],
  ['EBADRESP', 'dns', 'dns_error'],
  ['ECONNREFUSED', 'connect', 'connection_refused'],
  ['ECONNRESET', 'connect', 'connection_reset'],
  ['ETIMEDOUT', 'connect', 'connect_timeout'],
  ['ETIMEDOUT', 'wait', 'connection_reset'],
  ['EHOSTUNREACH', 'connect', 'unreachable'],
  ['ENETUNREACH', 'connect', 'unreachable'],
  ['EACCES', 'connect', 'unreachable'],
  ['CERT_HAS_EXPIRED', 'tls', 'tls_expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', 'tls_wrong_name'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls', 'tls_untrusted'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls', 'tls_untrusted'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls', 'tls_untrusted'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'tls', 'tls_untrusted'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls', 'tls_untrusted'],
  ['CERT_NOT_YET_VALID', 'tls', 'tls_untrusted'],
  ['CERT_REVOKED', 'tls', 'tls_untrusted'],
  ['INVALID_CA', 'tls', 'tls_untrusted'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', 'tls_error'],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls', 'tls_error'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'wait', 'tls_error'],
  ['EPROTO', 'tls', 'tls_error'],
  ['ECONNRESET', 'tls', 'connection_reset'],
  ['ECONNRESET', 'wait', 'connection_reset'],
  ['EPIPE', 'send', 'connection_reset'],
  ['HPE_INVALID_EOF_STATE', 'wait', 'connection_reset'],
  ['HPE_INVALID_CONSTANT', 'wait', 'bad_response'],
  ['HPE_HEADER_OVERFLOW', 'wait', 'bad_response'],
  ['HPE_UNEXPECTED_CONTENT_LENGTH', 'wait', 'bad_response'],
];

describe('an error of the wire', () => {
  it.each(ROWS)('%s during %s is %s', (code, stage, expected) => {
    expect(classify(error(code), stage)).toMatchObject({ kind: 'no_response', error: expected });
  });

  it('that nobody has met yet still blames the connection, and keeps its code', () => {
    expect(classify(error('EWHATEVER'), 'wait')).toEqual({
      kind: 'no_response',
      error: 'connection_reset',
      detail: 'EWHATEVER',
    });
  });

  it('keeps the names of a certificate for another host', () => {
    const reason = "Host: a.example.com. is not in the cert's altnames: DNS:b.example.com";
    expect(classify(error('ERR_TLS_CERT_ALTNAME_INVALID', reason), 'tls')).toMatchObject({ detail: reason });
  });

  it('never keeps more of a receiver’s certificate than a sentence', () => {
    const cause = classify(error('ERR_TLS_CERT_ALTNAME_INVALID', 'DNS:x, '.repeat(10_000)), 'tls');
    expect(cause.detail?.length).toBe(300);
  });
});

describe('our own shortage is no attempt', () => {
  it.each(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL'])('%s while connecting', (code) => {
    expect(classify(error(code), 'connect')).toEqual({ kind: 'our_fault', detail: code });
  });

  it.each(['ECONNREFUSED', 'EAI_SYSTEM', 'ENOMEM'])('%s from our resolver', (code) => {
    expect(classify(error(code), 'dns')).toEqual({ kind: 'our_fault', detail: code });
  });

  it('but a machine without IPv6 can not reach an IPv6 address', () => {
    expect(classify(error('EADDRNOTAVAIL'), 'connect', 6)).toMatchObject({ error: 'unreachable' });
  });
});

it.each([
  ['dns', 'dns_error'],
  ['connect', 'connect_timeout'],
  ['tls', 'connect_timeout'],
  ['send', 'response_timeout'],
  ['wait', 'response_timeout'],
] as const)('the deadline during %s is %s', (stage, expected) => {
  expect(classifyDeadline(stage)).toMatchObject({ kind: 'no_response', error: expected });
});
