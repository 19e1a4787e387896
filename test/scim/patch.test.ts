import { describe, expect, test } from 'vitest';
import { DEFAULT_DIALECT, type Dialect } from '../../src/model/dialect.ts';
import type { AttributeChange } from '../../src/model/pipeline.ts';
import { buildPatch } from '../../src/scim/patch.ts';
import { aChange } from './scim-builders.ts';

const WORK = 'emails[type eq "work"].value';
const LEGACY: Dialect = DEFAULT_DIALECT;
const COMPLIANT: Dialect = { ...DEFAULT_DIALECT, patch: 'aadOptscim062020' };
const operations = (dialect: Dialect, ...changes: readonly AttributeChange[]) =>
  buildPatch(changes, dialect).Operations;
const roles = (assertive: boolean) => ({
  assertive,
  roles: [{ id: '1', value: 'ed', displayName: 'Editor' }],
});

describe('a PATCH under the flag', () => {
  test('has value paths first, then what is replaced, then what is added', () => {
    expect(
      operations(
        COMPLIANT,
        aChange('add', 'title', 'Binder'),
        aChange('replace', 'displayName', 'Noor'),
        aChange('replace', 'active', 'False'),
        aChange('add', WORK, 'n@x.example'),
      ),
    ).toEqual([
      { op: 'add', path: WORK, value: 'n@x.example' },
      { op: 'replace', value: { displayName: 'Noor', active: false } },
      { op: 'add', value: { title: 'Binder' } },
    ]);
  });

  test('disables with a boolean and its path, also when single attributes go without', () => {
    const disabled = [{ op: 'replace', path: 'active', value: false }];
    expect(operations(COMPLIANT, aChange('replace', 'active', 'False'))).toEqual(disabled);
    expect(operations({ ...COMPLIANT, pathlessSingle: true }, aChange('replace', 'active', 'False'))).toEqual(
      disabled,
    );
  });

  test('keeps the path of a single value path', () => {
    expect(operations({ ...COMPLIANT, pathlessSingle: true }, aChange('replace', WORK, 'n'))).toEqual([
      { op: 'replace', path: WORK, value: 'n' },
    ]);
  });

  test('has real integers', () => {
    expect(operations(COMPLIANT, aChange('replace', 'level', '7', { type: 'Integer' }))).toEqual([
      { op: 'replace', path: 'level', value: 7 },
    ]);
  });

  test('keeps roles out of the merged operation', () => {
    expect(
      operations(COMPLIANT, aChange('replace', 'title', 'x'), aChange('replace', 'roles', roles(false))),
    ).toEqual([
      {
        op: 'add',
        path: 'roles',
        value: [
          { primary: false, type: 'WindowsAzureActiveDirectoryRole', displayName: 'Editor', value: 'ed' },
        ],
      },
      { op: 'replace', value: { title: 'x' } },
    ]);
  });

  test('sends a single role as a creation does', () => {
    expect(operations(COMPLIANT, aChange('replace', 'roles', 'Editor'))).toEqual([
      {
        op: 'replace',
        path: 'roles',
        value: [{ primary: true, type: 'WindowsAzureActiveDirectoryRole', value: 'Editor' }],
      },
    ]);
  });
});

describe('a PATCH of the legacy dialect', () => {
  test('has booleans and integers as text', () => {
    expect(
      operations(
        LEGACY,
        aChange('add', 'active', 'false'),
        aChange('replace', 'level', '7', { type: 'Integer' }),
        aChange('replace', 'levels', ['a', 'b'], { multivalued: true }),
      ),
    ).toEqual([
      { op: 'Add', path: 'active', value: 'false' },
      { op: 'Replace', path: 'level', value: '7' },
      { op: 'Replace', path: 'levels', value: ['a', 'b'] },
    ]);
  });

  test('only ever adds roles that are not assertive, each as a JSON document in text', () => {
    expect(operations(LEGACY, aChange('replace', 'roles', roles(false)))).toEqual([
      { op: 'Add', path: 'roles', value: [{ value: '{"id":"1","value":"ed","displayName":"Editor"}' }] },
    ]);
  });

  test('adds a single role by its name', () => {
    expect(operations(LEGACY, aChange('replace', 'roles', 'Editor'))).toEqual([
      { op: 'Add', path: 'roles', value: [{ value: 'Editor' }] },
    ]);
  });

  test('keeps the path of a role with a filter', () => {
    const path = 'roles[primary eq "True"].value';
    expect(operations(LEGACY, aChange('replace', path, 'Editor'))).toEqual([
      { op: 'Replace', path, value: 'Editor' },
    ]);
  });
});
