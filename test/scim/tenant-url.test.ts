import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../src/model/errors.ts';
import { parseTenantUrl } from '../../src/scim/tenant-url.ts';

const BASE = 'https://scim.example.test/scim/v2';

describe('a tenant URL', () => {
  test.each([
    [BASE, 'legacy'],
    [`${BASE}/`, 'legacy'],
    [`${BASE}?aadOptscim062020`, 'aadOptscim062020'],
    [`${BASE}/?aadOptscim062020`, 'aadOptscim062020'],
    [`${BASE}/?AADOPTSCIM062020=`, 'aadOptscim062020'],
    [`${BASE}?x=1&aadOptscim062020&y=2`, 'aadOptscim062020'],
    [`${BASE}?feature=aadOptscim062020`, 'aadOptscim062020'],
    [`${BASE}?aadOptscim0620`, 'legacy'],
  ])('%s has the base URL without its query and the dialect %s', (text, patch) => {
    expect(parseTenantUrl(text)).toMatchObject({ baseUrl: BASE, patch });
  });

  test('a URL without a path has none', () => {
    expect(parseTenantUrl('http://127.0.0.1:8080/').baseUrl).toBe('http://127.0.0.1:8080');
  });

  test('other parameters are named, not sent', () => {
    expect(parseTenantUrl(`${BASE}?region=eu&aadOptscim062020&debug`).ignored).toEqual(['region', 'debug']);
  });

  test('the flag of an older PATCH changes nothing, and is named', () => {
    expect(parseTenantUrl(`${BASE}?AzureAdScimPatch2017`)).toEqual({
      baseUrl: BASE,
      patch: 'legacy',
      ignored: ['AzureAdScimPatch2017'],
    });
  });

  test.each(['', 'scim.example.test/scim', 'ftp://scim.example.test', 'https://'])(
    '%j is refused with what to write instead',
    (text) => {
      expect(() => parseTenantUrl(text)).toThrow(/no http or https URL; write/);
    },
  );

  test('credentials in it are refused and not repeated', () => {
    const parse = () => parseTenantUrl('https://anna:s3cret@scim.example.test/');
    expect(parse).toThrow(ConfigurationError);
    expect(parse).not.toThrow(/s3cret|anna/);
  });
});
