import { expect, test } from 'vitest';
import { exportContext, sharedExport } from '../../../src/job/cycle/export-context.ts';
import { targetId } from '../../../src/model/identifiers.ts';
import { NO_STATE } from '../../../src/model/state.ts';
import { allOf } from '../../support/all-of.ts';
import { aLink, aUser, idOf } from '../../support/builders.ts';
import { aPlanning } from '../../support/planning-context.ts';

const GROUP = idOf('g1');
const nobody = new AbortController().signal;

const contextWith = async (planning = aPlanning()) =>
  exportContext(
    { ...planning, writer: { write: () => Promise.reject(new Error('nothing is written')) }, signal: nobody },
    NO_STATE,
    await sharedExport({ ...planning, store: { updateControl: async () => {} } }),
  );

test('a member whose removal may have happened is not among those that must be there', async () => {
  const planning = aPlanning();
  const { held } = planning.state;
  for (const id of ['a', 'b'])
    held.links.set(idOf(id), aLink(aUser({}, { id }), { targetId: targetId(`t-${id}`) }));
  held.memberships.set(GROUP, new Set([idOf('a'), idOf('b')]));
  held.pendingMembers.set(GROUP, new Set([idOf('b')]));
  expect(await allOf((await contextWith(planning)).membersBefore(GROUP))).toEqual([['t-a']]);
});

test('a member who was sent again without a confirming answer is among those that must be there', async () => {
  const planning = aPlanning({ members: { [GROUP]: [idOf('a')] } });
  const { held } = planning.state;
  for (const id of ['a', 'b'])
    held.links.set(idOf(id), aLink(aUser({}, { id }), { targetId: targetId(`t-${id}`) }));
  held.memberships.set(GROUP, new Set([idOf('a'), idOf('b')]));
  held.pendingMembers.set(GROUP, new Set([idOf('a'), idOf('b')]));
  expect(await allOf((await contextWith(planning)).membersBefore(GROUP))).toEqual([['t-a']]);
});

test('parts of a group wait, in their order, to be read back', async () => {
  const { unreadParts } = await contextWith();
  const parts = ['a', 'b'].map((id) => ({ added: [targetId(id)], removed: [] }));
  for (const part of parts) unreadParts.note(GROUP, part);
  expect([unreadParts.of(GROUP), unreadParts.of(idOf('g2'))]).toEqual([parts, []]);
});
