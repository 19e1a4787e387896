import { expect, test } from 'vitest';
import { appRoleAssignments } from '../../src/mapping/map.ts';
import { aRole, assigned, assignedThrough } from '../support/builders.ts';

const text = (name: string) =>
  JSON.stringify({ id: `role-${name}`, value: name.toLowerCase(), displayName: name });

test('the assigned roles are there once each, ordered by name, whichever path they come by', () => {
  const roles = [
    assigned(aRole('Reader')),
    assignedThrough('Sales', { role: aRole('Editor') }),
    assignedThrough('Press', { role: aRole('Reader') }),
  ];
  expect(appRoleAssignments(roles)).toEqual([text('Editor'), text('Reader')]);
});

test.each([
  ['nobody assigned anything', []],
  ['Default Access is no role of the application', [assigned()]],
  ['a disabled role is not granted', [assigned(aRole('Editor', { isEnabled: false }))]],
])('there are none where %s', (_, assignments) => {
  expect(appRoleAssignments(assignments)).toBeNull();
});
