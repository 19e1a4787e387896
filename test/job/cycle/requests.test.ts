import { describe, expect, test } from 'vitest';
import { readReferencedLinks } from '../../../src/job/cycle/page-state.ts';
import { describePlanned } from '../../../src/job/cycle/requests.ts';
import { targetId } from '../../../src/model/identifiers.ts';
import type { Change } from '../../../src/model/pipeline.ts';
import { aMembership, anUpdate, aReference } from '../../exporting/change-builders.ts';
import { aChange } from '../../scim/scim-builders.ts';
import { aLink, aUser, idOf } from '../../support/builders.ts';
import { aPlanning, type FakePlanning } from '../../support/planning-context.ts';

const link = (context: FakePlanning, id: string) =>
  context.state.held.links.set(idOf(id), aLink(aUser({}, { id })));

const described = async (change: Change, context: FakePlanning) =>
  describePlanned(change, context, await readReferencedLinks([change], context.state));

describe('the requests of a planned change', () => {
  test('name the ids of linked objects', async () => {
    const context = aPlanning();
    for (const id of ['u1', 'boss']) link(context, id);
    const [request] = await described(aReference('u1', 'manager', 'add', 'boss'), context);
    expect(request).toMatchObject({ method: 'PATCH', path: '/Users/t-u1' });
    expect(request?.body?.Operations).toEqual([{ op: 'Add', path: 'manager', value: 't-boss' }]);
  });

  test('name objects to be created by the source id, and objects to be taken over by the account', async () => {
    const context = aPlanning();
    context.notes.joining.claim(idOf('a'), '');
    context.notes.joining.claim(idOf('b'), targetId('t-7'));
    context.notes.joining.claim(idOf('g'), '');
    const [request] = await described(aMembership('g', ['a', 'b']), context);
    expect(request?.path).toBe('/Groups/{id of g}');
    expect(request?.body?.Operations).toEqual([
      { op: 'Add', path: 'members', value: [{ value: '{id of a}' }, { value: 't-7' }] },
    ]);
  });

  test('escape an id that the target has made look like a placeholder', async () => {
    const context = aPlanning();
    const forged = targetId('{id of boss}');
    context.state.held.links.set(idOf('u1'), { ...aLink(aUser()), targetId: forged });
    const [request] = await described(aReference('u1', 'manager', 'add', 'boss'), context);
    expect(request?.path).toBe('/Users/%7Bid%20of%20boss%7D');
  });

  test('take an account whose id is a common word for no account that is to be created', async () => {
    const context = aPlanning();
    context.notes.joining.claim(idOf('g'), targetId('unknown'));
    const [request] = await described(aMembership('g', ['a']), context);
    expect(request?.path).toBe('/Groups/unknown');
  });

  test('speak the dialect of the job', async () => {
    const context = aPlanning({}, { dialect: { patch: 'aadOptscim062020' } });
    const [request] = await described(
      anUpdate('User', 't-u1', [aChange('replace', 'title', 'Boss')]),
      context,
    );
    expect(request?.body?.Operations).toEqual([{ op: 'replace', path: 'title', value: 'Boss' }]);
  });
});
