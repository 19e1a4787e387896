import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import type { AttributeChange } from '../../src/model/pipeline.ts';
import { ENTERPRISE_USER } from '../../src/scim/path.ts';
import { buildReplacement, placementsOf } from '../../src/scim/replacement.ts';
import { aChange } from './scim-builders.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';

const replaced = (resource: JsonObject, ...changes: readonly AttributeChange[]): JsonObject =>
  buildReplacement(resource, placementsOf(changes, resource));

describe('the body of a PUT', () => {
  test('is the resource with the change, without meta, and leaves the one that was read as it is', () => {
    const resource = { schemas: [CORE], id: '1', Meta: { version: 'a' }, Title: 'Clerk', nickName: 'al' };
    const body = replaced(resource, aChange('replace', 'title', 'Lead'));
    expect(body).toEqual({ schemas: [CORE], id: '1', Title: 'Lead', nickName: 'al' });
    expect(resource.Title).toBe('Clerk');
  });

  test('changes the entry that a filter names, or adds it', () => {
    const resource = { schemas: [CORE], phoneNumbers: [{ type: 'work', value: '1', display: 'one' }] };
    const body = replaced(
      resource,
      aChange('replace', 'phoneNumbers[type eq "work"].value', '2'),
      aChange('add', 'phoneNumbers[type eq "mobile"].value', '3'),
    );
    expect(body.phoneNumbers).toEqual([
      { type: 'work', value: '2', display: 'one' },
      { type: 'mobile', value: '3' },
    ]);
    expect(resource.phoneNumbers).toHaveLength(1);
  });

  test('names the extension that is written', () => {
    const body = replaced({ schemas: [CORE] }, aChange('add', `${ENTERPRISE_USER}:department`, 'Sales'));
    expect(body).toEqual({ schemas: [CORE, ENTERPRISE_USER], [ENTERPRISE_USER]: { department: 'Sales' } });
    expect(replaced(body, aChange('replace', `${ENTERPRISE_USER}:department`, 'Law')).schemas).toEqual([
      CORE,
      ENTERPRISE_USER,
    ]);
  });

  test('has values of their own type', () => {
    const change = aChange('replace', 'active', 'False', { type: 'Boolean' });
    expect(replaced({ active: true }, change).active).toBe(false);
  });

  test.each<[string, JsonObject, JsonObject]>([
    ['title', { title: 'Lead', id: '1' }, { id: '1' }],
    ['name.givenName', { name: { givenName: 'A', familyName: 'B' } }, { name: { familyName: 'B' } }],
    [
      'phoneNumbers[type eq "mobile"].value',
      {
        phoneNumbers: [
          { type: 'mobile', value: '1', primary: true },
          { type: 'work', value: '2' },
        ],
      },
      { phoneNumbers: [{ type: 'work', value: '2' }] },
    ],
    [
      'addresses[type eq "work"].locality',
      { addresses: [{ type: 'work', locality: 'Oslo', country: 'NO' }] },
      { addresses: [{ type: 'work', country: 'NO' }] },
    ],
    [
      `${ENTERPRISE_USER}:department`,
      { [ENTERPRISE_USER]: { department: 'Sales', costCenter: '7' } },
      { [ENTERPRISE_USER]: { costCenter: '7' } },
    ],
    ['nickName', { id: '1' }, { id: '1' }],
    [`${ENTERPRISE_USER}:division`, { id: '1' }, { id: '1' }],
    ['emails[type eq "home"].value', { emails: [] }, { emails: [] }],
  ])('lacks what is removed: %s', (path, resource, left) => {
    const { schemas: _, ...body } = replaced(resource, aChange('remove', path, ''));
    expect(body).toEqual(left);
  });
});
