import { describe, expect, test } from 'vitest';
import { parseConfiguration } from '../../../src/io/configuration/read-configuration.ts';
import { issuesOf } from './issues-of.ts';

const read = (head: object) =>
  parseConfiguration(
    JSON.stringify({
      ...head,
      jobs: [
        {
          id: 'it',
          schema: 's.json',
          target: { tenantUrl: 'https://host/scim', auth: { type: 'bearer', secretToken: 'hush-hush' } },
        },
      ],
    }),
    '/srv/entrain.yaml',
    {},
  );

const messages = (head: object): readonly string[] =>
  issuesOf(() => read(head)).map(({ path, message }) => `${path}: ${message}`);

describe('the default domain of a directory', () => {
  test('is what every job is given', () => {
    const { defaultDomain, jobs } = read({ directory: { defaultDomain: 'contoso.onmicrosoft.com' } });
    expect([defaultDomain, jobs[0]?.defaultDomain]).toEqual(Array(2).fill('contoso.onmicrosoft.com'));
    expect(read({}).jobs[0]?.defaultDomain).toBeUndefined();
  });

  test.each(['contoso', '@contoso.com', 'contoso.com.', 'con toso.com', '10.0.0.1', 'a..com', '-a.com', ''])(
    'is refused where it is no domain name: %j',
    (defaultDomain) => {
      expect(messages({ directory: { defaultDomain } })).toEqual([
        expect.stringContaining('directory.defaultDomain: defaultDomain'),
      ]);
    },
  );
});

describe('the watched source of a configuration', () => {
  test('is absent when the directory is the name of a file', () => {
    const { directoryFile, source } = read({ directory: 'd.db' });
    expect({ directoryFile, source }).toEqual({ directoryFile: '/srv/d.db', source: undefined });
  });

  test('is absent where an object names no watched files', () => {
    expect(read({ directory: { file: 'd.db', allowUnknown: true } })).toMatchObject({
      directoryFile: '/srv/d.db',
      allowUnknown: true,
    });
    expect(read({ directory: { file: 'd.db' } }).source).toBeUndefined();
    expect(messages({ directory: { mirror: true, format: 'csv' } })).toEqual([
      expect.stringContaining('directory.mirror: mirror is about watched files'),
      expect.stringContaining('directory.format: format is about watched files'),
    ]);
  });

  test('names files beside the configuration, with a store of its own', () => {
    const { directoryFile, source } = read({
      directory: { watch: ['users.csv', '/data/groups.csv'], mirror: true, format: 'csv' },
    });
    expect(directoryFile).toBe('/srv/directory.db');
    expect(source).toEqual({
      files: ['/srv/users.csv', '/data/groups.csv'],
      format: 'csv',
      mirror: true,
      allowUnknown: false,
    });
  });

  test('is refused without files, with an unknown key, and where it is neither text nor object', () => {
    expect(messages({ directory: { watch: [] } })).toEqual([
      expect.stringContaining('directory.watch: watch must have at least 1 entry'),
    ]);
    expect(messages({ directory: { watch: ['a'], mirrored: true } })).toEqual([
      expect.stringContaining('did you mean mirror'),
    ]);
    expect(messages({ directory: 7 })).toEqual([
      expect.stringContaining('directory must be text, not a number'),
    ]);
  });

  test('is refused where its store is the state of a job', () => {
    expect(messages({ directory: { file: 'it.state.db', watch: ['a'] } })).toEqual([
      expect.stringContaining('file of the directory store'),
    ]);
  });
});

describe('the endpoint of a configuration', () => {
  test('is absent unless it is configured, and on loopback by default', () => {
    expect(read({}).endpoint).toBeUndefined();
    expect(read({ endpoint: {} }).endpoint).toEqual({ host: '127.0.0.1', port: 8801, token: null });
  });

  test.each(['0.0.0.0', '::', '192.0.2.1', 'entrain.contoso.com'])(
    'is refused on %s without a token',
    (host) => {
      expect(messages({ endpoint: { host } })).toEqual([
        `endpoint.token: token is missing: ${host} can be reached from other machines; give a token, or listen on 127.0.0.1`,
      ]);
      expect(read({ endpoint: { host, token: 'a-long-enough-token' } }).endpoint?.host).toBe(host);
    },
  );

  test.each(['127.0.0.1', '127.8.8.8', '::1', 'localhost'])('needs no token on %s', (host) => {
    expect(read({ endpoint: { host } }).endpoint?.token).toBeNull();
  });

  test('is refused with a token that can be guessed, and does not repeat it', () => {
    const [message = ''] = messages({ endpoint: { token: 'short' } });
    expect(message).toContain('16 printable');
    expect(message).not.toContain('"short"');
  });
});
