import { describe, expect, test } from 'vitest';
import { compileMappings } from '../../src/mapping/compile.ts';
import { ACTIVE_MAPPING, aMapping, anObjectMapping } from '../support/builders.ts';

const MANAGER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager';

describe('compiled mappings', () => {
  const compiled = compileMappings(
    anObjectMapping('User', [
      aMapping('userName', '[userPrincipalName]'),
      ACTIVE_MAPPING,
      aMapping('locale', null, { defaultValue: 'en' }),
      aMapping(MANAGER, '[manager]'),
      aMapping('title', 'Redact(Append([jobTitle], [city]))'),
      aMapping('nickName', '"manager"'),
    ]),
  );

  test('keep references apart from values', () => {
    expect(compiled.references.map(({ targetAttributeName }) => targetAttributeName)).toEqual([MANAGER]);
    expect(compiled.attributes.map(({ mapping }) => mapping.targetAttributeName)).toEqual([
      'userName',
      'active',
      'locale',
      'title',
      'nickName',
    ]);
    expect(compiled.members).toBeNull();
  });

  test('know which of them carry the disabling', () => {
    expect(
      compiled.attributes.flatMap(({ mapping, followsSoftDelete }) =>
        followsSoftDelete ? [mapping.targetAttributeName] : [],
      ),
    ).toEqual(['active']);
  });

  test('have no expression for None', () => {
    expect(compiled.attributes[2]?.expression).toBeNull();
  });

  test('know what the log must not show, on both sides', () => {
    expect(compiled.redacted).toEqual({ source: new Set(['jobTitle', 'city']), target: new Set(['title']) });
  });

  test('know the mapping of members', () => {
    const members = aMapping('members', '[members]');
    expect(compileMappings(anObjectMapping('Group', [members])).members).toBe(members);
  });

  test('do not compile with an expression that does not parse', () => {
    expect(() => compileMappings(anObjectMapping('User', [aMapping('title', 'Append(')]))).toThrow();
  });
});
