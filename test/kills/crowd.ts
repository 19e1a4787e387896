import type { Directory } from '../../src/io/stores/directory-store.ts';
import type { SourceId } from '../../src/model/identifiers.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { companyUser } from '../support/company-user.ts';

const GROUPS = 20;

const nameOf = (n: number): string => `user${String(n).padStart(6, '0')}@contoso.com`;

const groupNameOf = (n: number): string => `Group ${n}`;

/** A directory of many users in the import format: a tree of managers, spread over groups that are assigned. */
export const crowdOf = (count: number): JsonObject => {
  const users = Array.from({ length: count }, (_, n) => companyUser(n, nameOf));
  const groups = Array.from({ length: GROUPS }, (_, group) => ({
    displayName: groupNameOf(group),
    securityEnabled: true,
    members: users.flatMap((_, n) => (n % GROUPS === group ? [nameOf(n)] : [])),
  }));
  return { users, groups, assignments: groups.map(({ displayName }) => ({ principal: displayName })) };
};

/**
 * Changes a third of the users: most get another title, some another manager, some are blocked, some move to the next
 * group.
 * @param round 1 for the first change; each changes others
 */
export const changeCrowd = async (directory: Directory, count: number, round: number): Promise<void> => {
  const now = new Date().toISOString();
  const ids = new Map<string, SourceId>();
  const idOf = async (name: string): Promise<SourceId> => {
    const known = ids.get(name) ?? (await directory.named(name)).id;
    ids.set(name, known);
    return known;
  };
  const movers = new Map<number, SourceId[]>();
  for (let n = round % 3; n < count; n += 3) {
    const id = await idOf(nameOf(n));
    if (n % 7 === 0) movers.set(n % GROUPS, [...(movers.get(n % GROUPS) ?? []), id]);
    else if (n % 11 === 0) await directory.change(id, { attributes: { accountEnabled: false } }, now);
    else if (n % 13 === 0 && n > 0) await directory.change(id, { manager: await idOf(nameOf(n % 100)) }, now);
    else await directory.change(id, { attributes: { jobTitle: `Title ${round}` } }, now);
  }
  for (const [group, members] of movers) {
    await directory.removeMembers(await idOf(groupNameOf(group)), members, now);
    await directory.addMembers(await idOf(groupNameOf((group + round) % GROUPS)), members, now);
  }
};
