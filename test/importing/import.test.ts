import { describe, expect, test } from 'vitest';
import { importPage } from '../../src/importing/import.ts';
import { DEFAULT_DIALECT } from '../../src/model/dialect.ts';
import type { DirectoryObject } from '../../src/model/directory.ts';
import { aGroup, aUser } from '../support/builders.ts';

const imported = (...page: DirectoryObject[]) => importPage(page, DEFAULT_DIALECT);

describe('an imported object', () => {
  test('has its id as objectId', () => {
    expect(imported(aUser(), aGroup()).map(({ attributes }) => attributes.objectId)).toEqual(['u1', 'g1']);
  });

  test('that is a guest shows the stripped name, and the directory’s own name apart', () => {
    const name = 'mia_fabrikam.com#EXT#@contoso.com';
    expect(imported(aUser({ userPrincipalName: name }))[0]?.attributes).toMatchObject({
      userPrincipalName: 'mia@fabrikam.com',
      originalUserPrincipalName: name,
    });
  });

  test('that is a member shows the same name twice', () => {
    expect(imported(aUser({ userPrincipalName: 'mia@contoso.com' }))[0]?.attributes).toMatchObject({
      userPrincipalName: 'mia@contoso.com',
      originalUserPrincipalName: 'mia@contoso.com',
    });
  });

  test('without a name gets none', () => {
    const nameless = { ...aUser(), attributes: { displayName: 'Mia' } };
    expect(imported(nameless)[0]?.attributes).toEqual({ displayName: 'Mia', objectId: 'u1' });
  });

  test('that is a group keeps even an odd attribute as it is', () => {
    const odd = aGroup({ userPrincipalName: 'a_b#EXT#@c' });
    expect(imported(odd)[0]?.attributes).toEqual({ ...odd.attributes, objectId: 'g1' });
  });

  test('is otherwise what the directory holds, in its order', () => {
    const page = [aUser({}, { id: 'b', presence: 'softDeleted' }), aUser({}, { id: 'a' })];
    expect(imported(...page).map(({ id, presence }) => [id, presence])).toEqual([
      ['b', 'softDeleted'],
      ['a', 'live'],
    ]);
  });

  test('in the recycle bin shows the name that the directory gave it, or the one from before', () => {
    const renamed = `${'0a'.repeat(16)}mia_fabrikam.com#EXT#@contoso.com`;
    const page = [aUser({ userPrincipalName: renamed }, { presence: 'softDeleted' })];
    expect(importPage(page, { softDeleteRename: true })[0]?.attributes).toMatchObject({
      userPrincipalName: `${'0a'.repeat(16)}mia@fabrikam.com`,
      originalUserPrincipalName: renamed,
    });
    expect(importPage(page, { softDeleteRename: false })[0]?.attributes).toMatchObject({
      userPrincipalName: 'mia@fabrikam.com',
      originalUserPrincipalName: 'mia_fabrikam.com#EXT#@contoso.com',
    });
  });

  test('that is live and called like a deleted one keeps its name', () => {
    const name = `${'0a'.repeat(16)}mia@contoso.com`;
    const [live] = importPage([aUser({ userPrincipalName: name })], { softDeleteRename: false });
    expect(live?.attributes.userPrincipalName).toBe(name);
  });
});
