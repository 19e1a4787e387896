import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseConfiguration, readConfiguration } from '../../../src/io/configuration/read-configuration.ts';
import { knownSecrets } from '../../../src/io/secrets/secrets.ts';
import { DEFAULT_DIALECT } from '../../../src/model/dialect.ts';
import { ConfigurationError } from '../../../src/model/errors.ts';
import { DEFAULT_EXPRESSION_OPTIONS } from '../../../src/model/expression-options.ts';
import { DEFAULT_SAFETY } from '../../../src/model/safety.ts';
import { issuesOf } from './issues-of.ts';

const FILE = '/srv/entrain/entrain.yaml';

const job = (lines: readonly string[] = [], target: readonly string[] = []): string =>
  [
    'jobs:',
    '  - id: scim',
    '    schema: ./scim.schema.json',
    ...lines.map((line) => `    ${line}`),
    '    target:',
    ...(target.some((line) => line.startsWith('tenantUrl')) ? [] : ['      tenantUrl: https://host/scim/v2']),
    '      auth: { type: bearer, secretToken: hush-hush }',
    ...target.map((line) => `      ${line}`),
  ].join('\n');

const read = (text: string, environment = {}) => parseConfiguration(text, FILE, environment);
const messages = (text: string) =>
  issuesOf(() => read(text)).map(({ path, message }) => `${path}: ${message}`);

describe('a configuration', () => {
  test('has as many jobs as it names', () => {
    const names = Array.from({ length: 300 }, (_, index) => `app-${index}`);
    const jobs = names.map((id) => job().replace('jobs:\n', '').replace('id: scim', `id: ${id}`));
    expect(read(`jobs:\n${jobs.join('\n')}`).jobs.map(({ id }) => id)).toEqual(names);
    expect(messages(`jobs:\n${[...jobs, jobs[7]].join('\n')}`)).toEqual([
      'jobs[300].id: id "app-7" is taken by jobs[7]: give each job its own',
    ]);
  });

  test('has the defaults of the service, and paths beside its file', () => {
    expect(read(job())).toEqual({
      file: FILE,
      directoryFile: '/srv/entrain/directory.db',
      jobs: [
        {
          id: 'scim',
          enabled: true,
          schemaFile: '/srv/entrain/scim.schema.json',
          scope: 'assigned',
          excludeDefaultAccess: true,
          target: {
            baseUrl: 'https://host/scim/v2',
            auth: { type: 'bearer', secretToken: 'hush-hush' },
            requestsPerSecond: 25,
            concurrency: 8,
            timeoutMs: 60_000,
            state: 'cached',
            readMembers: 'never',
            verify: 'response',
            dialect: DEFAULT_DIALECT,
          },
          matching: { confirm: 'strict' },
          expressions: DEFAULT_EXPRESSION_OPTIONS,
          skipOutOfScopeDeletions: false,
          safety: DEFAULT_SAFETY,
          notificationEmail: null,
          intervalMs: 2_400_000,
          log: { exchanges: 'failed', exchangeLimit: 100_000 },
          stateFile: '/srv/entrain/scim.state.db',
          durability: 'normal',
        },
      ],
      mail: null,
    });
  });

  test('may be written in JSON', () => {
    const target = {
      tenantUrl: 'https://host',
      auth: { type: 'basic', username: 'me', password: 'hush-hush' },
    };
    const text = JSON.stringify({ jobs: [{ id: 'a', schema: 's.json', target, interval: '6h' }] });
    expect(read(text).jobs[0]).toMatchObject({ intervalMs: 21_600_000, target: { auth: target.auth } });
  });

  test('takes the form of PATCH from the flag of the tenant URL, and from dialect before that', () => {
    const flagged = 'tenantUrl: https://host/scim?aadOptscim062020';
    const dialectOf = (...lines: string[]) => read(job([], lines)).jobs[0]?.target.dialect;
    expect(dialectOf(flagged)?.patch).toBe('aadOptscim062020');
    expect(dialectOf(flagged, 'dialect: { patch: legacy, membersPerPatch: 5 }')).toEqual({
      ...DEFAULT_DIALECT,
      membersPerPatch: 5,
    });
  });

  test('takes empty parts for their defaults', () => {
    const empty = ['quarantine: {}', 'retry: {}', 'guard: {}'];
    expect(read(job(empty, ['dialect: {}'])).jobs).toEqual(read(job()).jobs);
  });

  test('treats a key with nothing after it as absent', () => {
    expect(read(job(['scope:', 'guard:'])).jobs[0]?.scope).toBe('assigned');
  });
});

describe('client credentials', () => {
  const withAuth = (...lines: readonly string[]): string =>
    job().replace(
      'auth: { type: bearer, secretToken: hush-hush }',
      ['auth:', 'type: oauth2', 'clientId: me', 'clientSecret: hush-hush', ...lines].join('\n        '),
    );
  const tokenUrl = 'tokenUrl: https://login.example.com/oauth2/token?tenant=7';

  test('travel in a header and ask for no scope, unless told otherwise', () => {
    const asked = { type: 'oauth2', clientId: 'me', clientSecret: 'hush-hush', tokenUrl: tokenUrl.slice(10) };
    expect(read(withAuth(tokenUrl)).jobs[0]?.target.auth).toEqual({
      ...asked,
      scope: null,
      credentialLocation: 'header',
    });
    const told = withAuth(tokenUrl, 'scope: scim.read scim.write', 'credentialLocation: body');
    expect(read(told).jobs[0]?.target.auth).toEqual({
      ...asked,
      scope: 'scim.read scim.write',
      credentialLocation: 'body',
    });
  });

  test.each([
    ['tokenUrl: nowhere', 'tokenUrl is no http or https URL'],
    ['tokenUrl: http://login.example.com/token', 'the client secret could be read on the way'],
    ['tokenUrl: https://me:hush-hush@login.example.com/token', 'give them as clientId and clientSecret'],
    ['tokenUrl: https://login.example.com/token#x', 'has a fragment'],
    ['tokenUrl: file:///etc/passwd', 'no http or https URL'],
  ])('are refused with %j', (line, message) => {
    const said = messages(withAuth(line));
    expect(said).toEqual([expect.stringContaining(message)]);
    expect(said[0]).not.toContain('hush-hush');
  });

  test('have no colon in the client id where they travel in a header, which would end it there', () => {
    const named = withAuth(tokenUrl).replace('clientId: me', 'clientId: "urn:me"');
    expect(messages(named)).toEqual([expect.stringContaining('write credentialLocation: body')]);
    expect(read(`${named}\n        credentialLocation: body`).jobs).toHaveLength(1);
  });

  test('may go to a token endpoint on this machine without TLS', () => {
    expect(read(withAuth('tokenUrl: http://127.0.0.1:8080/token')).jobs).toHaveLength(1);
  });

  test('are refused with a scope or a place that there is not', () => {
    expect(messages(withAuth(tokenUrl, 'scope: "a  b"', 'credentialLocation: query'))).toEqual([
      expect.stringContaining('scope is "a  b", which is not well formed'),
      expect.stringContaining('credentialLocation must be one of header, body, both, not "query"'),
    ]);
  });
});

describe('the environment', () => {
  const text = job().replace('hush-hush', `"\${TOKEN}-\${PLACE}"`);

  test('gives values for names in braces, with .env beside the file as the second choice', () => {
    const folder = mkdtempSync(join(tmpdir(), 'entrain-env-'));
    writeFileSync(join(folder, '.env'), 'TOKEN=from-file\nPLACE=file\n');
    writeFileSync(join(folder, 'entrain.yaml'), text);
    const { jobs } = readConfiguration(join(folder, 'entrain.yaml'), { PLACE: 'environment' });
    expect(jobs[0]?.target.auth).toEqual({ type: 'bearer', secretToken: 'from-file-environment' });
  });

  test('is asked for every missing name at once', () => {
    expect(messages(text)).toEqual([
      expect.stringContaining(`\${TOKEN} is not set`),
      expect.stringContaining(`\${PLACE} is not set`),
    ]);
  });

  test('is no secret where it is missing: its name is shown in messages', () => {
    for (const value of [`"\${MISSING_TOKEN}"`, `"\${MISSING_TOKEN}\${MISSING_TOKEN}"`]) {
      const [message = ''] = messages(job().replace('hush-hush', value));
      expect(knownSecrets.mask(`${message} secretToken: ${value}`)).toBe(`${message} secretToken: ${value}`);
    }
    const mail = `mail: {from: a@contoso.com, smtpUrl: "smtps://me:\${MISSING_PASSWORD}@mail.contoso.com"}`;
    const [missing = ''] = messages(`${job()}\n${mail}`);
    expect(missing).toContain('MISSING_PASSWORD');
    expect(knownSecrets.mask(`${missing} ${mail}`)).toBe(`${missing} ${mail}`);
  });

  test('does not take inherited properties for values', () => {
    expect(messages(job([`stateFile: \${constructor}`]))).toEqual([expect.stringContaining('is not set')]);
  });

  test('never shows in a message, whatever is wrong with the value', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9]{12,20}$/), (value) => {
        const broken = job(
          [`scope: \${VALUE}`, `interval: \${VALUE}`],
          [`tenantUrl: "https://\${VALUE}@host"`],
        );
        const said = JSON.stringify(issuesOf(() => read(broken, { VALUE: value })));
        expect(said).not.toContain(value);
      }),
      { numRuns: 20 },
    );
  });

  test('cannot smuggle a line break into a header', () => {
    expect(issuesOf(() => read(text, { TOKEN: 'a\r\nX: b', PLACE: '' }))[0]?.message).toMatch(/line break/);
  });
});

describe('a wrong configuration', () => {
  test('tells everything at once, in the order of the file, with line, column and path', () => {
    const text = `${job(['scop: all', 'interval: 40'], ['concurrency: 0'])}\nmial: { from: me }\n`;
    const issues = issuesOf(() => read(text));
    expect(issues.map(({ line, column, path }) => [line, column, path])).toEqual([
      [4, 5, 'jobs[0].scop'],
      [5, 15, 'jobs[0].interval'],
      [9, 20, 'jobs[0].target.concurrency'],
      [10, 1, 'mial'],
    ]);
    expect(issues[0]).toMatchObject({
      source: FILE,
      message: 'there is no key "scop" here; did you mean scope?',
      excerpt: { text: 'scop: all', offset: 0 },
    });
  });

  test.each([
    [['scope: asigned'], 'scope must be one of assigned, all, not "asigned"; did you mean assigned?'],
    [['enabled: yes'], 'enabled must be true or false, not "yes"'],
    [[`enabled: ${'y'.repeat(9999)}`], `enabled must be true or false, not "${'y'.repeat(199)}…: `],
    [['enabled: [s3cret]'], 'enabled must be true or false, not a list'],
    [['interval: soon'], 'interval is "soon", which is not well formed'],
    [['interval: 31d'], 'the duration must be between 1s and 30d'],
    [['log: { exchanges: some }'], 'exchanges must be one of none, failed, all, not "some"'],
    [['log: { exchangeLimit: 0 }'], 'exchangeLimit must be'],
    [['durability: utter'], 'durability must be'],
    [['log: { exchange: all }'], 'did you mean exchanges?'],
    [['stateFile: ./directory.db'], 'stateFile is the file of the directory store'],
  ])('refuses %j of a job', (lines, message) => {
    expect(messages(job(lines))).toEqual([expect.stringContaining(message)]);
  });

  test.each([
    ['tenantUrl: http://contoso.com/scim', 'write https'],
    ['tenantUrl: nowhere', 'no http or https URL'],
    ['timeout: 2h', 'between 1s and 1h'],
    ['verify: reed', 'verify must be one of off, response, read, not "reed"; did you mean read?'],
    ['dialect: { adScimVersion: "5 0" }', 'adScimVersion is "5 0", which is not well formed'],
    ['requestsPerSecond: -1', 'requestsPerSecond must be a number from 0 to 100000, not -1'],
    ['concurrency: many', 'concurrency must be a whole number from 1 to 1000, not "many"'],
    ['dialect: { memberPerPatch: 3 }', 'did you mean membersPerPatch?'],
  ])('refuses %j of a target', (line, message) => {
    expect(messages(job([], [line]))).toEqual([expect.stringContaining(message)]);
  });

  test.each(['127.0.0.1:8080', 'localhost', '[::1]:80', 'scim.localhost'])(
    'lets a target on this machine, %s, do without TLS',
    (host) => {
      expect(read(job([], [`tenantUrl: http://${host}/scim`])).jobs[0]?.target.baseUrl).toBe(
        new URL(`http://${host}/scim`).href,
      );
    },
  );

  test.each(['auth: Bearer s3cret', 'auth: [s3cret]', 'tenantUrl: [s3cret]'])(
    'quotes nothing where a secret may be: %s',
    (line) => {
      expect(messages(job([], [line])).join()).not.toContain('s3cret');
    },
  );

  test('says which types of authentication there are', () => {
    expect(messages(job().replace('type: bearer', 'type: saml'))).toEqual([
      'jobs[0].target.auth.type: type must be one of bearer, basic, oauth2, not "saml"',
    ]);
  });

  test('says what is missing, and what it would be', () => {
    expect(messages('jobs: [{}]')).toEqual([
      expect.stringMatching(/^jobs\[0\]\.id: id is missing: names the job/),
      expect.stringMatching(/^jobs\[0\]\.schema: schema is missing/),
      expect.stringMatching(/^jobs\[0\]\.target: target is missing/),
    ]);
  });

  test('has two jobs of one id, or of one state file', () => {
    const two = (id: string, stateFile: string) =>
      `${job(['stateFile: ./a.db'])}\n${job([`stateFile: ${stateFile}`])
        .replace('jobs:\n', '')
        .replace('id: scim', `id: ${id}`)}`;
    expect(messages(two('scim', './b.db'))).toEqual([expect.stringContaining('is taken by jobs[0]')]);
    expect(messages(two('other', './x/../a.db'))).toEqual([expect.stringContaining('is that of jobs[0]')]);
    expect(read(two('other', './b.db')).jobs).toHaveLength(2);
  });

  test('shows no secret beside a mistake', () => {
    const said = JSON.stringify(issuesOf(() => read(job().replace('type: bearer', 'type: beerer'))));
    expect(said).toContain('did you mean bearer?');
    expect(said).not.toContain('hush-hush');
  });

  test.each([
    ['', 'it has none of the keys jobs, directory; write one with `entrain init`'],
    ['hello', 'this is not a configuration of entrain'],
    ['jobs: [', 'neither JSON nor YAML'],
    [`jobs: ${'['.repeat(50_000)}`, 'nested more than 200 levels'],
    [`a: &a [1]\njobs: [${Array(200).fill('*a').join(', ')}]`, 'aliases'],
  ])('is refused in words when it is %.20j', (text, message) => {
    expect(messages(text)[0]).toContain(message);
  });

  test.each([
    'root:$6$salt$hash:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\n',
    'apiVersion: v1\nkind: Secret\ndata:\n  other: hash\n',
    '{"private_key": "hash", "repository": {"directory": "hash"}}',
    '-----BEGIN PRIVATE KEY-----\nhash\n-----END PRIVATE KEY-----\n',
    '[default]\nkey = hash\n',
    '"hash',
  ])('quotes nothing of another file: %j', (text) => {
    const issues = issuesOf(() => read(text));
    expect(issues).toEqual([
      expect.objectContaining({
        line: null,
        excerpt: null,
        message: expect.stringContaining('this is not a configuration'),
      }),
    ]);
    expect(JSON.stringify(issues)).not.toMatch(/hash|root|apiVersion|private_key/);
  });

  test.each([
    ['a secret token', 'auth: { type: bearer, secretToken: short }', 'secretToken'],
    [
      'a secret token that is a word of the protocol',
      'auth: { type: bearer, secretToken: Operations }',
      'secretToken',
    ],
    ['a password', 'auth: { type: basic, username: me, password: short }', 'password'],
  ])('has %s too short to be masked, for a target on another machine', (_, auth, key) => {
    const text = job().replace('auth: { type: bearer, secretToken: hush-hush }', auth);
    expect(messages(text)).toEqual([expect.stringContaining(`${key} is shorter than 8 characters`)]);
    const here = text.replace(/tenantUrl: .*/, 'tenantUrl: http://127.0.0.1:8080/scim');
    expect(read(here).jobs).toHaveLength(1);
  });

  test('never breaks the reader, whatever it holds', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        try {
          expect(read(text).jobs.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigurationError);
        }
      }),
    );
  });
});
