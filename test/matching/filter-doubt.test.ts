import { describe, expect, test } from 'vitest';
import { doubtAnswer } from '../../src/matching/filter-doubt.ts';
import { attributePath, sourceId } from '../../src/model/identifiers.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { aList, anAnswer, noAnswer } from '../scim/scim-builders.ts';
import { askedFor, fakeTarget } from '../support/fake-target.ts';

const NOBODY = '00000000-0000-4000-8000-000000000001';
const FILTERING = 'SystemForCrossDomainIdentityManagementServiceIncompatibleFiltering';

const doubt = (target: ReturnType<typeof fakeTarget>, ...resources: readonly JsonObject[]) =>
  doubtAnswer(
    {
      about: sourceId('u1'),
      type: 'User',
      attribute: attributePath('userName'),
      value: 'u1@contoso.com',
      resources,
    },
    { target, guid: () => NOBODY },
  );

const honest = () => fakeTarget(() => anAnswer(200, aList()));
const ignoringFilters = () => fakeTarget(() => anAnswer(200, aList({ id: 't-1', userName: 'root' })));

describe('an answer to a matching query', () => {
  test.each([
    ['names the value asked for', { id: 't-1', userName: 'u1@contoso.com' }],
    ['names it in other letters', { id: 't-1', userName: 'U1@Contoso.com' }],
    ['does not say what it holds', { id: 't-1' }],
  ])('is believed, and nothing more is asked, when it %s', async (_, resource) => {
    const target = ignoringFilters();
    expect(await doubt(target, resource)).toBeNull();
    expect(target.requests).toEqual([]);
  });

  test('that names another value is an alias where nobody is found for a random one', async () => {
    const target = honest();
    expect(await doubt(target, { id: 't-1', userName: 'alias' })).toBeNull();
    expect(target.requests.map(askedFor)).toEqual([{ attribute: 'userName', value: NOBODY }]);
  });

  test('that names another value is not believed of a target that finds somebody for any value', async () => {
    expect(await doubt(ignoringFilters(), { id: 't-1', userName: 'root' })).toMatchObject({
      code: FILTERING,
      message: expect.stringContaining('it does not honour the filter'),
    });
  });

  test('that names another value is not believed when the question about it fails', async () => {
    const silent = fakeTarget(() => noAnswer('timeout'));
    expect(await doubt(silent, { id: 't-1', userName: 'root' })).toMatchObject({ code: 'Timeout' });
  });

  test('is doubted for any one of several resources', async () => {
    const resources = [{ userName: 'u1@contoso.com' }, { userName: 'root' }];
    expect(await doubt(ignoringFilters(), ...resources)).toMatchObject({ code: FILTERING });
  });
});
