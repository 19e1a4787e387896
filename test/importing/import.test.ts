import { describe, expect, test } from 'vitest';
import { importPage } from '../../src/importing/import.ts';
import { aGroup, aUser } from '../support/builders.ts';

describe('an imported object', () => {
  test('has its id as objectId', () => {
    expect(importPage([aUser(), aGroup()]).map(({ attributes }) => attributes.objectId)).toEqual([
      'u1',
      'g1',
    ]);
  });

  test('that is a guest shows the stripped name, and the directory’s own name apart', () => {
    const name = 'mia_fabrikam.com#EXT#@contoso.com';
    expect(importPage([aUser({ userPrincipalName: name })])[0]?.attributes).toMatchObject({
      userPrincipalName: 'mia@fabrikam.com',
      originalUserPrincipalName: name,
    });
  });

  test('that is a member shows the same name twice', () => {
    expect(importPage([aUser({ userPrincipalName: 'mia@contoso.com' })])[0]?.attributes).toMatchObject({
      userPrincipalName: 'mia@contoso.com',
      originalUserPrincipalName: 'mia@contoso.com',
    });
  });

  test('without a name gets none', () => {
    const nameless = { ...aUser(), attributes: { displayName: 'Mia' } };
    expect(importPage([nameless])[0]?.attributes).toEqual({ displayName: 'Mia', objectId: 'u1' });
  });

  test('that is a group keeps even an odd attribute as it is', () => {
    const odd = aGroup({ userPrincipalName: 'a_b#EXT#@c' });
    expect(importPage([odd])[0]?.attributes).toEqual({ ...odd.attributes, objectId: 'g1' });
  });

  test('is otherwise what the directory holds, in its order', () => {
    const page = [aUser({}, { id: 'b', presence: 'softDeleted' }), aUser({}, { id: 'a' })];
    expect(importPage(page).map(({ id, presence }) => [id, presence])).toEqual([
      ['b', 'softDeleted'],
      ['a', 'live'],
    ]);
  });
});
