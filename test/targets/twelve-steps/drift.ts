import { isJsonObject, type Json, type JsonObject } from '../../../src/model/json.ts';
import type { ForeignTarget } from '../foreign-target.ts';
import { sendPatch } from '../scim-call.ts';

const idOf = (resources: readonly JsonObject[], externalId: string): string | null => {
  const found = resources.find((resource) => resource.externalId === externalId);
  return found === undefined ? null : String(found.id);
};

/** Changes the title of a user in the target by hand, where the target has titles. */
export async function driftTitle(target: ForeignTarget, user: string, title: string): Promise<void> {
  const id = idOf(await target.users(), user);
  await sendPatch(target, `/Users/${id}`, [{ op: 'replace', path: 'title', value: title }]);
}

/**
 * Takes a member out of a group of the target by hand, in the first form that the target follows.
 *
 * @throws Error when it follows none
 */
export async function driftMember(target: ForeignTarget, group: string, user: string): Promise<void> {
  const id = idOf(await target.users(), user);
  const membersOf = async (): Promise<readonly string[]> => {
    const found = (await target.groups()).find(({ externalId }) => externalId === group);
    const members: Json = found?.members ?? [];
    return Array.isArray(members) ? members.filter(isJsonObject).map(({ value }) => String(value)) : [];
  };
  const groupId = idOf(await target.groups(), group);
  if (groupId === null || id === null || !(await membersOf()).includes(id)) return;
  const rest = [...new Set(await membersOf())].filter((member) => member !== id).map((value) => ({ value }));
  const forms: readonly Json[] = [
    { op: 'remove', path: `members[value eq "${id}"]` },
    { op: 'replace', path: 'members', value: rest },
  ];
  for (const form of forms) {
    await sendPatch(target, `/Groups/${groupId}`, [form]);
    if (!(await membersOf()).includes(id)) return;
  }
  throw new Error(`${target.name} takes a member out of a group in no form`);
}
