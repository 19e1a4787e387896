import type { Directory } from '../../src/io/stores/directory-store.ts';
import type { SourceId } from '../../src/model/identifiers.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { companyUser } from '../support/company-user.ts';

/** The name of the nth user; users 0 to 11 are there from the start. */
export const nameOf = (n: number): string => `user${String(n).padStart(2, '0')}@contoso.com`;

const USERS = 12;

const user = (n: number): JsonObject => companyUser(n, nameOf);

/** The members of the groups; user 10 is in none but North, and user 11 is assigned himself. */
const MEMBERS: Readonly<Record<string, readonly number[]>> = {
  North: [0, 1, 2, 3, 10],
  East: [3, 4, 5, 6],
  South: [6, 7, 8, 9],
  West: [0, 9],
};

/** A small company in the import format: users in a tree of managers, in groups that are assigned. */
export const COMPANY: JsonObject = {
  users: Array.from({ length: USERS }, (_, n) => user(n)),
  groups: Object.entries(MEMBERS).map(([displayName, members]) => ({
    displayName,
    securityEnabled: true,
    members: members.map(nameOf),
  })),
  assignments: [...Object.keys(MEMBERS), nameOf(11)].map((principal) => ({ principal })),
};

/**
 * What happens in the company between its two cycles: two join, two are promoted, two get another manager; one is
 * blocked, one deleted, one deleted for good, one leaves the only group that had him in scope. A group comes, one goes,
 * and others gain and lose members.
 */
export const changeCompany = async (directory: Directory): Promise<void> => {
  const now = new Date().toISOString();
  const idOf = async (name: string): Promise<SourceId> => (await directory.named(name)).id;
  const userId = (n: number): Promise<SourceId> => idOf(nameOf(n));
  const join = (n: number): Promise<SourceId> =>
    directory.put(
      {
        type: 'User',
        attributes: { userPrincipalName: nameOf(n), displayName: `User ${n}`, mailNickname: `user${n}` },
      },
      now,
    );
  for (const n of [1, 6]) await directory.change(await userId(n), { attributes: { jobTitle: 'Lead' } }, now);
  const [eve, mallory] = [await join(12), await join(13)];
  await directory.change(eve, { manager: await userId(1) }, now);
  await directory.change(mallory, { manager: eve }, now);
  await directory.change(await userId(7), { manager: await userId(6) }, now);
  await directory.change(await userId(8), { manager: eve }, now);
  await directory.change(await userId(4), { attributes: { accountEnabled: false } }, now);
  await directory.delete(await userId(5), now);
  await directory.deletePermanently(await userId(11), now);
  await directory.removeMembers(await idOf('North'), [await userId(10), await userId(2)], now);
  await directory.addMembers(await idOf('East'), [await userId(2), await userId(8), eve], now);
  await directory.removeMembers(await idOf('South'), [await userId(8)], now);
  await directory.addMembers(await idOf('South'), [mallory], now);
  await directory.delete(await idOf('West'), now);
  const centre = await directory.put(
    { type: 'Group', attributes: { displayName: 'Centre', securityEnabled: true } },
    now,
  );
  await directory.addMembers(centre, [await userId(0), mallory], now);
  await directory.assign(centre, null, null, now);
};

/**
 * Takes back what happened, as far as it can be: titles, managers and memberships are what they were, and every user that was
 * blocked, deleted or out of scope is back. Those who joined stay: whether they leave an account behind would depend on
 * how far the cycle came.
 */
export const takeBack = async (directory: Directory): Promise<void> => {
  const now = new Date().toISOString();
  const idOf = async (name: string): Promise<SourceId> => (await directory.named(name)).id;
  const userId = (n: number): Promise<SourceId> => idOf(nameOf(n));
  for (const n of [1, 6])
    await directory.change(await userId(n), { attributes: { jobTitle: 'Engineer' } }, now);
  for (const n of [7, 8])
    await directory.change(await userId(n), { manager: await userId(Math.floor(n / 3)) }, now);
  await directory.change(await userId(4), { attributes: { accountEnabled: true } }, now);
  await directory.restore(await userId(5), now);
  await directory.restore(await idOf('West'), now);
  await directory.addMembers(await idOf('North'), [await userId(10), await userId(2)], now);
  await directory.removeMembers(await idOf('East'), [await userId(2), await userId(8)], now);
  await directory.addMembers(await idOf('South'), [await userId(8)], now);
};

/** The ways in which a user loses the right to an account. */
export type Departure = 'blocked' | 'deleted' | 'unassigned';

/** The ways of users; a group cannot be blocked. */
export const DEPARTURES: readonly Departure[] = ['blocked', 'deleted', 'unassigned'];

/** Has a user or group leave in one of the ways. */
export const leave = async (directory: Directory, name: string, departure: Departure): Promise<void> => {
  const now = new Date().toISOString();
  const { id } = await directory.named(name);
  if (departure === 'blocked') await directory.change(id, { attributes: { accountEnabled: false } }, now);
  if (departure === 'deleted') await directory.delete(id, now);
  if (departure !== 'unassigned') return;
  for (const group of await directory.groupsOf(id)) await directory.removeMembers(group.id, [id], now);
  await directory.unassign(id, 'it', now);
};
