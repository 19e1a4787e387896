import { describe, expect, test } from 'vitest';
import { parseConfiguration } from '../../../src/io/configuration/read-configuration.ts';
import { proxyFor } from '../../../src/io/configuration/shapes/proxy.ts';
import { knownSecrets } from '../../../src/io/secrets/secrets.ts';
import { issuesOf } from './issues-of.ts';

const PROXY = 'http://proxy.example.com:3128';

const chosen = (url: string, environment: Record<string, string>, written?: string): string | null =>
  proxyFor(url, written, environment).url;

describe('the proxy of a target', () => {
  test('is what the environment names for the scheme, the lower-case name first', () => {
    expect(chosen('https://app.example.com', {})).toBeNull();
    expect(chosen('https://app.example.com', { HTTPS_PROXY: PROXY })).toBe(PROXY);
    expect(chosen('https://app.example.com', { HTTPS_PROXY: 'http://other', https_proxy: PROXY })).toBe(
      PROXY,
    );
    expect(chosen('https://app.example.com', { HTTPS_PROXY: PROXY, https_proxy: '' })).toBe(PROXY);
    expect(chosen('https://app.example.com', { HTTP_PROXY: PROXY })).toBeNull();
    expect(chosen('http://app.example.com', { HTTP_PROXY: PROXY })).toBe(PROXY);
    expect(chosen('https://app.example.com', { HTTPS_PROXY: 'proxy.example.com:3128' })).toBe(PROXY);
  });

  test('is what target.proxy says, whatever the environment says', () => {
    const environment = { HTTPS_PROXY: 'http://other:1', NO_PROXY: '*' };
    expect(chosen('https://app.example.com', environment, PROXY)).toBe(PROXY);
    expect(chosen('https://app.example.com', environment, 'none')).toBeNull();
    expect(chosen('http://127.0.0.1:8080', {}, PROXY)).toBe(PROXY);
  });

  test('is none on this machine, whatever the environment says', () => {
    const environment = { HTTPS_PROXY: PROXY, HTTP_PROXY: PROXY };
    for (const host of ['localhost', 'app.localhost', '127.0.0.1', '127.3.2.1', '[::1]'])
      expect(chosen(`https://${host}:8443/scim`, environment)).toBeNull();
  });

  test.for([
    ['*', true],
    ['app.example.com', true],
    ['example.com', true],
    ['.example.com', true],
    ['*.example.com', true],
    ['EXAMPLE.COM', true],
    ['ample.com', false],
    ['other.com, example.com', true],
    ['other.com example.com:8443', true],
    ['example.com:443', false],
    ['10.0.0.0/8', false],
    ['', false],
    [',,', false],
  ] as const)('NO_PROXY=%s excepts app.example.com:8443: %s', ([exceptions, isExcepted]) => {
    const proxy = chosen('https://app.example.com:8443/scim', { HTTPS_PROXY: PROXY, NO_PROXY: exceptions });
    expect(proxy).toBe(isExcepted ? null : PROXY);
  });

  test.for([
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3', '10.1.2.4', false],
    ['10.1.2.3', '10.1.2.3:443', true],
    ['10.1.2.3', '10.1.2.3:8443', false],
    ['10.1.2.3', '10.0.0.0/8', true],
    ['10.1.2.3', '10.1.2.0/40', false],
    ['10.1.2.3', '2.3', false],
    ['[fd00::1]', 'fd00::1', true],
    ['[fd00::1]', '[fd00::1]:443', true],
    ['[fd00::1]', 'fd00:0:0:0::1', true],
    ['[fd00::1]', 'fd00::/8', true],
    ['[fd00::1]', 'fe00::/8', false],
  ] as const)('the address %s with NO_PROXY=%s is excepted: %s', ([host, exceptions, isExcepted]) => {
    const proxy = chosen(`https://${host}/scim`, { HTTPS_PROXY: PROXY, no_proxy: exceptions });
    expect(proxy).toBe(isExcepted ? null : PROXY);
  });
});

const read = (target: object, environment: Record<string, string> = {}) =>
  parseConfiguration(
    JSON.stringify({
      jobs: [
        {
          id: 'a',
          schema: './s.json',
          target: {
            tenantUrl: 'https://app.example.com/scim',
            auth: {
              type: 'oauth2',
              tokenUrl: 'https://login.example.com/token',
              clientId: 'c',
              clientSecret: 's3cret-of-a-client',
            },
            ...target,
          },
        },
      ],
    }),
    '/tmp/proxy-test/entrain.yaml',
    environment,
  ).jobs[0]?.target;

describe('a configuration', () => {
  test('chooses the proxy of the target and that of the token endpoint apart', () => {
    const environment = { HTTPS_PROXY: PROXY, NO_PROXY: 'login.example.com' };
    expect(read({}, environment)).toMatchObject({ proxy: PROXY });
    expect(read({}, environment)).not.toHaveProperty('tokenProxy');
    expect(read({ proxy: PROXY })).toMatchObject({ proxy: PROXY, tokenProxy: PROXY });
    expect(read({ proxy: 'none' }, environment)).not.toHaveProperty('proxy');
  });

  test('takes the credentials of a proxy from the environment, and masks them from then on', () => {
    read(
      { proxy: `http://scim:$${'{PROXY_PASSWORD}'}@proxy.example.com` },
      { PROXY_PASSWORD: 'pa55-of-a-proxy' },
    );
    read({}, { https_proxy: 'http://me:pa55-of-another@proxy.example.com' });
    read({}, { https_proxy: 'http://t0ken-of-a-proxy@proxy.example.com' });
    const basic = Buffer.from('scim:pa55-of-a-proxy').toString('base64');
    const said = `pa55-of-a-proxy, ${basic}, pa55-of-another, t0ken-of-a-proxy`;
    expect(knownSecrets.mask(said)).toBe('***, ***, ***, ***');
  });

  test.for([
    ['socks5://proxy.example.com', /SOCKS proxy.*HTTP proxy/],
    ['ftp://proxy.example.com', /no http or https URL.*none/],
    ['proxy.example.com:3128', /no http or https URL/],
    ['http://proxy.example.com/path', /leave the rest out/],
    ['http://scim:a-long-pass%zz@proxy.example.com', /%25/],
    ['http://scim:pass@proxy.example.com', /password of proxy is shorter than/],
  ] as const)('is refused with proxy: %s', ([proxy, message]) => {
    const issues = issuesOf(() => read({ proxy }));
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({
      path: 'jobs[0].target.proxy',
      message: expect.stringMatching(message),
    });
    expect(JSON.stringify(issues[0]?.message)).not.toContain('proxy.example.com/path');
  });

  test('is refused where the environment names a proxy that cannot be used, with the ways out', () => {
    const [issue] = issuesOf(() => read({}, { HTTPS_PROXY: 'socks5://proxy.example.com' }));
    expect(issue?.message).toMatch(/HTTPS_PROXY of the environment is a SOCKS proxy.*target\.proxy: none/);
  });
});
