/** Endpoint URLs: what is accepted, what is refused, and that the refusal names the fix. */
import { describe, expect, it } from 'vitest';
import { judgeUrl, MAX_URL_LENGTH, urlFieldError } from '../../../lambdas/domain/egress/url.ts';
import { type EgressAllowance, NO_ALLOWANCE } from '../../../lambdas/domain/project.ts';

const LOCAL: EgressAllowance = { http: true, cidrs: ['127.0.0.0/8', '::1/128'] };

describe('an accepted URL', () => {
  it.each([
    ['https://example.com/hook', 'https://example.com/hook'],
    ['HTTPS://EXAMPLE.COM/Hook', 'https://example.com/Hook'],
    ['https://example.com', 'https://example.com/'],
    ['https://example.com./hook', 'https://example.com/hook'],
    ['https://example.com:443/', 'https://example.com/'],
    ['https://example.com:8443/', 'https://example.com:8443/'],
    ['https://example.com:3000/hook', 'https://example.com:3000/hook'],
    ['https://bücher.example.com/', 'https://xn--bcher-kva.example.com/'],
    ['https://xn--bcher-kva.example.com/', 'https://xn--bcher-kva.example.com/'],
    ['https://ｅxample.com/', 'https://example.com/'],
    ['https://example.com/straße?q=ü', 'https://example.com/stra%C3%9Fe?q=%C3%BC'],
    ['https://example.com/?url=http://169.254.169.254/', 'https://example.com/?url=http://169.254.169.254/'],
    ['https://example.com/@user/x?a@b', 'https://example.com/@user/x?a@b'],
    ['https://example.com?x=1', 'https://example.com/?x=1'],
    ['https://example.com/%0d%0aX:1', 'https://example.com/%0d%0aX:1'],
    ['https://under_score.example.com/', 'https://under_score.example.com/'],
    ['https://internal.example.com/', 'https://internal.example.com/'],
    ['https://localhost.example.com/', 'https://localhost.example.com/'],
    ['https://test.com/', 'https://test.com/'],
    ['https://127.0.0.1.nip.io/', 'https://127.0.0.1.nip.io/'],
    ['https://1.1.1.1/', 'https://1.1.1.1/'],
    ['https://[2606:4700:4700::1111]/', 'https://[2606:4700:4700::1111]/'],
    ['https://[2606:4700:4700:0:0:0:0:1111]:8443/', 'https://[2606:4700:4700::1111]:8443/'],
    ['https://[::ffff:8.8.8.8]/', 'https://[::ffff:808:808]/'],
  ])('%s is kept as %s', (text, url) => {
    expect(judgeUrl(text, NO_ALLOWANCE)).toEqual({ ok: true, url });
  });
});

const REFUSED: Readonly<Record<string, readonly string[]>> = {
  url_not_https: [
    'http://example.com/',
    'ftp://example.com/',
    'ws://example.com/',
    'wss://example.com/',
    'file:///etc/passwd',
    'gopher://127.0.0.1:6379/_INFO',
    'dict://127.0.0.1:11211/stat',
    'data:text/plain,x',
    'javascript:alert(1)',
    'blob:https://example.com/1',
    'view-source:https://example.com/',
    'http+unix://%2Fvar%2Frun%2Fdocker.sock/',
    'mailto:a@example.com',
    'localhost:443',
  ],
  url_malformed: [
    '',
    'example.com',
    '/hook',
    '//example.com/',
    '://example.com/',
    'https://',
    'https:///example.com/',
    'https:////example.com/',
    'https:example.com/',
    'https:/example.com/',
    'https://?x',
    'https://:443/',
    'https://example.com:-1/',
    'https://example.com:65536/',
    'https://example.com:port/',
    'https://425.510.425.510/',
    'https://1.2.3.4.5/',
    'https://0x41414141A9FEA9FE/',
    'https://[::1',
    'https://[fe80::1%25eth0]/',
    'https://[v1.fe80::a]/',
    'https://exa<mple.com/',
  ],
  url_has_credentials: [
    'https://user:pass@example.com/',
    'https://user@example.com/',
    'https://@example.com/',
    'https://:@example.com/',
    'https://example.com@127.0.0.1/',
    'https://127.0.0.1@example.com/',
    'https://google.com:80+&@127.88.23.245:22/#+@google.com:80/',
  ],
  url_has_fragment: ['https://example.com/#frag', 'https://example.com#', 'https://example.com/?a#b'],
  url_forbidden_character: [
    ' https://example.com/',
    'https://example.com/ ',
    'https://example.com/a b',
    'https://exa\tmple.com/',
    'https://example.com/\r\nX-Injected: 1',
    'https://example.com/\0',
    'https://example.com/\x7f',
    'https://example.com/\x85',
    'https://example.com\\@127.0.0.1/',
    'https:\\\\example.com/',
    'https://google.com:80\\@127.88.23.245:22/',
    'https://loc\u00adalhost/',
    'https://local\u200bhost/',
    'https://local\u200dhost/',
    'https://local\u2060host/',
    'https://example.com/\u202egpj.exe',
    'https://example.com/\u2066x',
    'https://example.com/\u2028',
    'https://\ufeffexample.com/',
    'https://example\u3000.com/',
    'https://example.com/\u00a0',
    'https://example.com/\u{e0041}',
    'https://example.com/\ud800',
    'https://examp\ufe0fle.com/',
  ],
  url_bad_host: [
    'https://127.1/',
    'https://127.0.1/',
    'https://10.1/',
    'https://0/',
    'https://2130706433/',
    'https://017700000001/',
    'https://0x7f000001/',
    'https://0x7f.1/',
    'https://0xA9.0xFE.0xA9.0xFE/',
    'https://0251.0376.0251.0376/',
    'https://0251.00376.000251.0000376/',
    'https://0251.254.169.254/',
    'https://169.254.43518/',
    'https://127.0.0.1./',
    'https://1.1.1.1./',
    'https://1.1.257/',
    'https://①②⑦.⓪.⓪.①/',
    'https://169｡254｡169｡254/',
    'https://127。0。0。1/',
    'https://127%2e0%2e0%2e1/',
    'https://%31%32%37.0.0.1/',
    'https://ex%61mple.com/',
    'https://example.com../',
    'https://.example.com/',
    'https://a..example.com/',
    `https://${'a'.repeat(64)}.example.com/`,
    `https://${'a.'.repeat(130)}example.com/`,
  ],
  url_special_name: [
    'https://localhost/',
    'https://LOCALHOST/',
    'https://localhost./',
    'https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/',
    'https://app.localhost/',
    'https://localhost.localdomain/',
    'https://ip6-localhost/',
    'https://metadata/',
    'https://instance-data/',
    'https://metadata.google.internal/',
    'https://metadata.google.internal./',
    'https://ip-10-0-0-12.eu-west-1.compute.internal/',
    'https://kubernetes.default.svc.cluster.local/',
    'https://printer.local/',
    'https://router.home.arpa/',
    'https://1.0.0.127.in-addr.arpa/',
    'https://box.lan/',
    'https://wiki.corp/',
    'https://nas.home/',
    'https://a.private/',
    'https://x.intranet/',
    'https://abc.onion/',
    'https://a.test/',
    'https://a.invalid/',
    'https://a.example/',
    'https://a.alt/',
  ],
  url_blocked_address: [
    'https://127.0.0.1/',
    'https://127.0.0.1:443/',
    'https://127.88.23.245:22/+&@google.com:80',
    'https://10.0.0.5/',
    'https://169.254.169.254/latest/meta-data/',
    'https://0.0.0.0/',
    'https://255.255.255.255/',
    'https://[::1]/',
    'https://[0000::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::FFFF:A9FE:A9FE]/',
    'https://[0:0:0:0:0:ffff:127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[fd00:ec2::254]/',
    'https://[fe80::1]/',
  ],
  url_blocked_port: [0, 1, 22, 25, 53, 110, 2375, 3306, 5432, 6000, 6379, 9200, 10_080, 11_211, 27_017].map(
    (port) => `https://example.com:${port}/`,
  ),
  url_too_long: [`https://example.com/${'a'.repeat(MAX_URL_LENGTH)}`],
};

describe.each(Object.entries(REFUSED))('%s', (verdict, texts) => {
  it.each(texts)('%j', (text) => {
    expect(judgeUrl(text, NO_ALLOWANCE)).toMatchObject({ ok: false, verdict });
  });
});

describe('a project that opens its own machine', () => {
  it.each([
    'http://127.0.0.1:4010/ok',
    'http://localhost:3000/x',
    'http://[::1]:6379/',
    'https://127.0.0.1:22/',
    'http://app:8080/hook',
    'https://example.com/',
  ])('may use %s', (url) => {
    expect(judgeUrl(url, NO_ALLOWANCE).ok).toBe(url === 'https://example.com/');
    expect(judgeUrl(url, LOCAL)).toEqual({ ok: true, url });
  });

  it.each([
    'http://10.0.0.1/',
    'http://169.254.169.254/',
    'http://[::ffff:10.0.0.1]/',
    'http://127.1/',
    'http://user@127.0.0.1/',
    'http://1.1.1.1:22/',
    'ftp://127.0.0.1/',
  ])('still may not use %s', (url) => {
    expect(judgeUrl(url, LOCAL).ok).toBe(false);
  });

  it('needs plain http opened as well as the network', () => {
    const networkOnly = { http: false, cidrs: LOCAL.cidrs };
    expect(judgeUrl('http://127.0.0.1/', networkOnly)).toMatchObject({ verdict: 'url_not_https' });
    expect(judgeUrl('https://127.0.0.1/', networkOnly).ok).toBe(true);
  });

  it('does not open the network with plain http', () => {
    const httpOnly = { http: true, cidrs: [] };
    expect(judgeUrl('http://example.com/', httpOnly).ok).toBe(true);
    expect(judgeUrl('http://127.0.0.1/', httpOnly)).toMatchObject({ verdict: 'url_blocked_address' });
    expect(judgeUrl('http://localhost/', httpOnly)).toMatchObject({ verdict: 'url_special_name' });
  });
});

describe('the gateway itself', () => {
  const own = { hosts: ['api.example.com', '127.0.0.1:4000'], addresses: ['54.0.0.1'] };

  it.each(['https://api.example.com/in/src_1', 'https://API.example.com./', 'https://api.example.com:8443/'])(
    'is not an endpoint: %s',
    (url) => {
      expect(judgeUrl(url, NO_ALLOWANCE, own)).toMatchObject({ ok: false, verdict: 'url_own_host' });
    },
  );

  it('is not an endpoint by one of its addresses', () => {
    expect(judgeUrl('https://54.0.0.1/', NO_ALLOWANCE, own)).toMatchObject({
      verdict: 'url_blocked_address',
    });
  });

  it('may share its machine with a receiver on another port', () => {
    expect(judgeUrl('http://127.0.0.1:4000/', LOCAL, own)).toMatchObject({ verdict: 'url_own_host' });
    expect(judgeUrl('http://127.0.0.1:4010/', LOCAL, own).ok).toBe(true);
  });

  it('may have neighbours under the same domain', () => {
    expect(judgeUrl('https://hooks.api.example.com/', NO_ALLOWANCE, own).ok).toBe(true);
  });
});

describe('a port of another protocol', () => {
  const opened: EgressAllowance = { ...NO_ALLOWANCE, ports: [9200] };

  it.each(['https://example.com:9200/', 'https://54.0.0.1:9200/'])(
    'may be used on a public address once the project opens it: %s',
    (url) => {
      expect(judgeUrl(url, NO_ALLOWANCE)).toMatchObject({ verdict: 'url_blocked_port' });
      expect(judgeUrl(url, opened)).toEqual({ ok: true, url });
    },
  );

  it('opens no other port, no address inside and no plain http', () => {
    for (const url of [
      'https://example.com:6379/',
      'https://10.0.0.1:9200/',
      'https://localhost:9200/',
      'http://example.com:9200/',
    ]) {
      expect(judgeUrl(url, opened).ok).toBe(false);
    }
  });
});

describe('the field error', () => {
  it('is nothing for a good URL', () => {
    expect(urlFieldError('url', 'https://example.com/', NO_ALLOWANCE)).toBeUndefined();
  });

  it.each([
    ['http://example.com/', 'url_not_https', 'use https'],
    ['https://a:b@example.com/', 'url_has_credentials', 'use a header for credentials'],
    ['https://example.com/#x', 'url_has_fragment', 'remove "#"'],
    ['https://exa\u200bmple.com/', 'url_forbidden_character', 'U+200B'],
    ['https://127.1/', 'url_bad_host', 'write the address as 127.0.0.1'],
    ['https://localhost/', 'url_special_name', 'use a public host name'],
    ['https://10.0.0.5/', 'url_blocked_address', '10.0.0.5 is private network'],
    ['https://example.com:6379/', 'url_blocked_port', 'use 443'],
    ['example.com/hook', 'url_malformed', 'https://example.com/webhooks'],
  ])('of %s names the fix', (text, code, fix) => {
    expect(urlFieldError('endpoint.url', text, NO_ALLOWANCE)).toEqual({
      field: 'endpoint.url',
      code,
      detail: expect.stringContaining(fix),
    });
  });
});
