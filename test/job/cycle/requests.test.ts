import { describe, expect, test } from 'vitest';
import { describePlanned } from '../../../src/job/cycle/requests.ts';
import { sourceId, targetId } from '../../../src/model/identifiers.ts';
import { aMembership, anUpdate, aReference } from '../../exporting/change-builders.ts';
import { aChange } from '../../scim/scim-builders.ts';
import { aLink, aUser, idOf } from '../../support/builders.ts';
import { aPlanning, type FakePlanning } from '../../support/planning-context.ts';

const link = (context: FakePlanning, id: string) =>
  context.state.held.links.set(idOf(id), aLink(aUser({}, { id })));

describe('the requests of a planned change', () => {
  test('name the ids of those who are linked', () => {
    const context = aPlanning();
    for (const id of ['u1', 'boss']) link(context, id);
    const [request] = describePlanned(aReference('u1', 'manager', 'add', 'boss'), context);
    expect(request).toMatchObject({ method: 'PATCH', path: '/Users/t-u1' });
    expect(request?.body?.Operations).toEqual([{ op: 'Add', path: 'manager', value: 't-boss' }]);
  });

  test('name who will be created by the source id, and who will be taken over by the account', () => {
    const context = aPlanning();
    context.notes.joining.claim(sourceId('a'), '');
    context.notes.joining.claim(sourceId('b'), targetId('t-7'));
    context.notes.joining.claim(sourceId('g'), '');
    const [request] = describePlanned(aMembership('g', ['a', 'b']), context);
    expect(request?.path).toBe('/Groups/{id of g}');
    expect(request?.body?.Operations).toEqual([
      { op: 'Add', path: 'members', value: [{ value: '{id of a}' }, { value: 't-7' }] },
    ]);
  });

  test('escape an id that the target has made look like a placeholder', () => {
    const context = aPlanning();
    const forged = targetId('{id of boss}');
    context.state.held.links.set(idOf('u1'), { ...aLink(aUser()), targetId: forged });
    const [request] = describePlanned(aReference('u1', 'manager', 'add', 'boss'), context);
    expect(request?.path).toBe('/Users/%7Bid%20of%20boss%7D');
  });

  test('take an account whose id is a common word for no account that is to be created', () => {
    const context = aPlanning();
    context.notes.joining.claim(sourceId('g'), targetId('unknown'));
    const [request] = describePlanned(aMembership('g', ['a']), context);
    expect(request?.path).toBe('/Groups/unknown');
  });

  test('speak the dialect of the job', () => {
    const context = aPlanning({}, { dialect: { patch: 'aadOptscim062020' } });
    const [request] = describePlanned(
      anUpdate('User', 't-u1', [aChange('replace', 'title', 'Boss')]),
      context,
    );
    expect(request?.body?.Operations).toEqual([{ op: 'replace', path: 'title', value: 'Boss' }]);
  });
});
