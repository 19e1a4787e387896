import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hiddenNames, hideInBody, hideInForm, withoutSecrets } from '../../src/scim/hide.ts';

const JSON_TYPE = 'application/scim+json; charset=utf-8';
const LENGTH = 1024 * 1024;
const again = (part: string): string => part.repeat(LENGTH / part.length);
const secretsOnly = hiddenNames([]);

test.for<[string, string]>([
  ['{"userName":"a","password":"p"}', '{"userName":"a","password":"***"}'],
  ['{"access_token":"t","expires_in":9}', '{"access_token":"***","expires_in":9}'],
  [
    '{"Operations":[{"op":"replace","path":"password","value":"p"}]}',
    '{"Operations":[{"op":"replace","path":"password","value":"***"}]}',
  ],
  [
    '{"Operations":[{"op":"Add","value":{"Password":"p","active":true}}]}',
    '{"Operations":[{"op":"Add","value":{"Password":"***","active":true}}]}',
  ],
  [
    '[{"urn:ietf:params:scim:schemas:core:2.0:User:password":{"a":1}}]',
    '[{"urn:ietf:params:scim:schemas:core:2.0:User:password":"***"}]',
  ],
])('secrets in %s are hidden by their names', ([before, after]) => {
  expect(hideInBody(before, JSON_TYPE, secretsOnly)).toBe(after);
});

test('attributes that the provisioning log does not show are hidden as a whole, wherever they stand', () => {
  const isHidden = hiddenNames([
    'nickName',
    'name.givenName',
    'emails[type eq "work"].value',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber',
  ]);
  const body = {
    nickname: 'x',
    name: { givenName: 'x', familyName: 'x' },
    emails: [{ value: 'x' }],
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { employeeNumber: 'x', department: 'd' },
    Operations: [
      { path: 'emails[type eq "work"].value', value: 'x' },
      { path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber', value: 'x' },
      { path: 'title', value: 't' },
    ],
  };
  const shown = hideInBody(JSON.stringify(body), JSON_TYPE, isHidden);
  expect(shown).not.toContain('"x"');
  expect(shown).toContain('"department":"d"');
  expect(shown).toContain('"value":"t"');
});

test('a body with nothing to hide is left byte for byte', () => {
  for (const text of ['{ "a" : [1e3, "\\u00fc"] }', '', 'no such user', '<html>'])
    expect(hideInBody(text, JSON_TYPE, secretsOnly)).toBe(text);
});

test('secrets are hidden in JSON that breaks off, also in the middle of one', () => {
  expect(hideInBody('{"password": "p", "a": "b", "access_token":"t', JSON_TYPE, secretsOnly)).toBe(
    '{"password": "***", "a": "b", "access_token":"***"',
  );
});

test.each([
  '"password":"SPY"',
  '\\"password\\":\\"SPY\\"',
  '\\\\\\"password\\\\\\":\\\\\\"SPY\\\\\\"',
  "{'apiKey':'SPY'}",
  '"apiKey":SPY',
  '"tokens":["a", "SPY"]',
  '"credentials":{"user":"SPY"',
  'password: SPY',
  'password: SPY is too short',
  'password:"SPY"',
  'password=SPY',
  'password = \\"SPY\\"',
  "password => 'SPY'",
  'X-Api-Key: SPY',
  '<password>SPY</password>',
  '<ns:password type="text">SPY</ns:password>',
  '<user name="a" password="SPY">',
  '<password token="SPY">x</password>',
  'https://example.com/?access_token=SPY&x=y',
  '{"Path":"password","Value":"SPY"}',
  '{"value":"SPY","op":"add","path":"password"},{"value":"x","path":"title"}',
  '\\"path\\":\\"password\\",\\"value\\":\\"SPY\\"',
])('a secret in a text is hidden by its name: %s', (form) => {
  const name = fc.constantFrom('password', 'passwordHash', 'apiKeys', 'tokens', 'secretKey', 'access_key');
  const secret = fc.stringMatching(/^Zq[a-z0-9]{10}$/);
  const around = fc.string({ unit: 'binary', maxLength: 20 });
  fc.assert(
    fc.property(around, name, secret, around, (before, called, value, after) => {
      const held = form.replace('password', called).replace('SPY', value);
      for (const text of [`${before}${held}${after}`, `${before} ${held} ${after}`]) {
        expect(withoutSecrets(text)).not.toContain(value);
        expect(hideInBody(JSON.stringify({ detail: text }), JSON_TYPE, secretsOnly)).not.toContain(value);
        expect(hideInBody(`{"detail":${JSON.stringify(text)}`, JSON_TYPE, secretsOnly)).not.toContain(value);
      }
    }),
  );
});

test('a PATCH operation is known by its members in any case', () => {
  const body = '{"operations":[{"OP":"add","Path":"Password","Value":"SPY"}]}';
  expect(hideInBody(body, JSON_TYPE, secretsOnly)).not.toContain('SPY');
});

test.each([
  'password: must have 8 characters',
  'password: required',
  'passwordPolicies = strict',
  'tokenize: yes',
  '<passwordPolicy>strict</passwordPolicy>',
])('words about a secret stay as they are: %s', (text) => {
  expect(withoutSecrets(text)).toBe(text);
});

test.each([
  again('password'),
  again('"password":"'),
  again('password:['),
  again('"path":['),
  again('<password '),
  again('password\\'),
  again('password \\"'),
])('a text of a mebibyte is searched in one pass: %#', (text) => {
  expect(withoutSecrets(text).length).toBeLessThan(2 * text.length);
});

test('a form keeps other values unchanged', () => {
  const form = 'grant_type=client_credentials&scope=a+b%2f&client_id=c&client%5Fsecret=s%26';
  expect(hideInBody(form, 'application/x-www-form-urlencoded', secretsOnly)).toBe(
    'grant_type=client_credentials&scope=a+b%2f&client_id=c&client%5Fsecret=***',
  );
});

test('a query by an attribute that is hidden does not show the value', () => {
  const isHidden = hiddenNames(['nickName']);
  expect(hideInForm('excludedAttributes=members&filter=nickName+eq+%22x%22', isHidden)).toBe(
    'excludedAttributes=members&filter=***',
  );
  const filters = [
    'active eq true and nickName eq "x"',
    'not (NickName co "x")',
    'title eq "a" or urn:a:b:nickName pr',
  ];
  for (const filter of filters)
    expect(hideInForm(`filter=${encodeURIComponent(filter)}`, isHidden)).toBe('filter=***');
  expect(hideInForm('filter=title+eq+%22nickName%22', isHidden)).toBe('filter=title+eq+%22nickName%22');
  expect(hideInForm('aadOptscim062020&filter=title+eq+%22x%22', isHidden)).toBe(
    'aadOptscim062020&filter=title+eq+%22x%22',
  );
});

test('a body that is nested too deep is not shown at all', () => {
  const deep = `${'['.repeat(100_000)}{"password":"p"}${']'.repeat(100_000)}`;
  expect(hideInBody(deep, JSON_TYPE, secretsOnly)).not.toContain('"p"');
});

test('a password is hidden in any document', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.stringMatching(/^[a-z]{12}$/), (around, password) => {
      const text = JSON.stringify({ around, list: [{ PassWord: [{ deep: password }] }] });
      expect(hideInBody(text, JSON_TYPE, secretsOnly)).not.toContain(password);
    }),
  );
});
