import type { Dialect } from '../../model/dialect.ts';
import type { Answered } from '../../model/scim.ts';
import { buildMemberAddition, buildMemberRemoval } from '../../scim/patch-operation.ts';
import type { Check } from '../check.ts';
import { lesser, requireAccepted, requireStatus } from '../expect.ts';
import type { Trial, TriedObject } from '../trial.ts';
import { NotTested, retold, Unmet, Unproven } from '../verdict.ts';

/** Members of groups: how they are added and removed. */
export const MEMBER_CHECKS: readonly Check[] = [
  {
    id: 'MEM-01',
    title: 'adds several members at once and keeps those that are there',
    severity: 'must',
    needs: ['members', 'patch'],
    requests: [
      'PATCH /Groups/{id} {"op":"Add","path":"members","value":[{"value":"{user 1}"},{"value":"{user 2}"}]}',
      'PATCH /Groups/{id} {"op":"Add","path":"members","value":[{"value":"{user 3}"}]}',
    ],
    criterion: '200 or 204 to both, and all three are members',
    why: 'The service collects the new members of a group into one operation. Where only the first of a list is taken, or an addition replaces what is there, people lack access although the log says Success.',
    fix: 'Take every entry of the list, and add to the members that the group has.',
    pseudocode: `for entry in as_list(operation.value):
    group.members.add(entry.value)         # a set, keyed by value`,
    sources: [
      'Entra "Develop and plan provisioning for a SCIM endpoint", Update group: add members',
      'RFC 7644 §3.5.2.1',
      'Captain-P-Goldfish/SCIM-SDK#167',
    ],
    alsoTestedBy: { validator: '23', gallery: 'Add_Member' },
    run: (trial) => withLearntSpelling(trial, () => checkAddition(trial, trial.dialect())),
  },
  {
    id: 'MEM-02',
    title: 'adds a member that is one already without doubling it',
    severity: 'must',
    needs: ['members', 'patch'],
    requests: ['PATCH /Groups/{id} {"op":"Add","path":"members","value":[{"value":"{user 1}"}]}, twice'],
    criterion: '200 or 204 both times, and the user is a member once',
    why: 'After a restart, and after an answer that was lost, the service adds members again. A refusal holds up the whole group; a second entry survives the removal of the first.',
    fix: 'Treat members as a set: ignore who is there already, and answer as if it were new.',
    pseudocode: `group.members = distinct(group.members + added, by value)`,
    sources: ['simpleidserver/SimpleIdServer#245', 'RFC 7644 §3.5.2.1'],
    run: async (trial) => {
      const users = await trial.crowd(2);
      const group = await groupWith(trial, users);
      const answered = await addMembers(trial, group, users);
      requireAccepted(answered, 'The addition of members that are there');
      await requireMembers(trial, group, { added: users }, answered);
    },
  },
  {
    id: 'MEM-03',
    title: 'removes the named member and no other',
    severity: 'must',
    needs: ['members', 'patch'],
    requests: ['PATCH /Groups/{id} {"op":"Remove","path":"members","value":[{"value":"{user 1}"}]}'],
    criterion: '200 or 204; the named user is no member any more, and the two others are',
    why: 'The service names who leaves in the value of a Remove, which RFC 7644 does not define. A server that looks at the path alone empties the group as soon as one person leaves it.',
    fix: 'Where a Remove of members has a value, remove those members only. Where that cannot be done, refuse it with 400 and ask administrators to append ?aadOptscim062020 to the tenant URL.',
    pseudocode: `if operation.op is remove and operation.path == "members":
    if operation.value is present:
        group.members.remove(each entry.value of as_list(operation.value))
    else:
        group.members.clear()`,
    sources: [
      'simpleidserver/SimpleIdServer#244',
      'thomaspoignant/scim-patch#959',
      'apache/directory-scimple#436',
      'Entra "Known issues and resolutions with SCIM 2.0 protocol compliance", remove group members',
    ],
    alsoTestedBy: { validator: '24', gallery: 'Remove_Member' },
    run: (trial) => checkRemoval(trial, trial.dialect()),
  },
  {
    id: 'MEM-04',
    title: 'accepts the removal of a user that is no member',
    severity: 'must',
    needs: ['members', 'patch'],
    requires: ['MEM-03'],
    requests: ['the PATCH of MEM-03 for a user that the group does not have'],
    criterion: '200 or 204, and the members stay',
    why: 'A removal is sent again after an answer that was lost, and after somebody removed the member by hand. A refusal is retried for days.',
    fix: 'Answer as if the member had been there.',
    pseudocode: `group.members.discard(entry.value)         # no error where it is absent`,
    sources: ['Entra "How provisioning works", errors and retries', 'RFC 7644 §3.5.2.2'],
    run: async (trial) => {
      const [stranger, ...users] = await trial.crowd(3);
      const group = await groupWith(trial, users);
      const answered = await removeMembers(trial, group, [stranger as TriedObject]);
      requireAccepted(answered, 'The removal of a user that is no member');
      await requireMembers(trial, group, { kept: users }, answered);
    },
  },
  {
    id: 'MEM-05',
    title: 'copes with a member that does not exist',
    severity: 'should',
    needs: ['members', 'patch'],
    requests: [
      'PATCH /Groups/{id} {"op":"Add","path":"members","value":[{"value":"{user}"},{"value":"{unknown id}"}]}',
    ],
    criterion:
      'a refusal with 4xx, or 200 or 204 where the user is a member; what becomes of the unknown id is reported',
    why: 'A user who was deleted at the endpoint keeps its link for a while. A 5xx is taken for an outage, and a list that is dropped without a word costs the others their membership.',
    fix: 'Look every id up. Skip the unknown ones, or refuse the operation with 400.',
    pseudocode: `known = [entry for entry in added if users.has(entry.value)]
group.members.add(known)                   # or: respond 400, invalidValue`,
    sources: ['RFC 7643 §4.2', 'RFC 7644 §3.12'],
    run: checkUnknownMember,
  },
  {
    id: 'MEM-06',
    title: 'adds 100 members by one PATCH',
    severity: 'should',
    needs: ['members', 'patch'],
    requests: ['PATCH /Groups/{id} {"op":"Add","path":"members","value":[100 entries]}'],
    criterion: '200 or 204, and all are members',
    why: 'The first cycle of a group sends its members in large lists. An endpoint that takes fewer leaves the group without all of them.',
    fix: 'Take at least 100 entries; document the limit where there is one.',
    pseudocode: `limit(entries of one PATCH) >= 100         # one statement for all of them, not one each`,
    sources: ['Entra "Develop and plan provisioning for a SCIM endpoint", multi-member PATCH'],
    run: async (trial) => {
      const { membersPerPatch } = trial.dialect();
      const count = Math.min(LARGE, membersPerPatch);
      if (count < LARGE) trial.note(`target.dialect.membersPerPatch limits it to ${count} members`);
      const group = await trial.group();
      const users = (await trial.crowd(LARGE)).slice(0, count);
      const answered = await addMembers(trial, group, users);
      requireAccepted(answered, `The addition of ${count} members`);
      await requireMembers(trial, group, { added: users }, answered);
    },
  },
  {
    id: 'MEM-07',
    title: 'takes a group as a member',
    severity: 'info',
    needs: ['members', 'patch'],
    requests: ['PATCH /Groups/{id} {"op":"Add","path":"members","value":[{"value":"{other group}"}]}'],
    criterion: '200 or 204, and the group is a member',
    why: 'The service does not expand nested groups. One old capture shows the id of a nested group among the members.',
    fix: 'Store a group as a member, or refuse it with 400. Do not answer 5xx.',
    pseudocode: `member = users.find(entry.value) or groups.find(entry.value) or respond 400, invalidValue`,
    sources: [
      'Azure/AzureAD-BYOA-Provisioning-Samples#26',
      'RFC 7643 §4.2',
      'Entra "How provisioning works"',
    ],
    run: async (trial) => {
      const [nested, group] = [await trial.group(), await trial.group()];
      const answered = await addMembers(trial, group, [nested]);
      requireAccepted(answered, 'The addition of a group');
      const { held } = await trial.membersOf(group);
      if (!held.has(nested.id))
        throw lesser(`accepted with ${answered.response.status}, and the group is no member`, answered);
    },
  },
  {
    id: 'MEM-08',
    title: 'takes a member with a $ref that is null',
    severity: 'should',
    needs: ['members', 'patch'],
    requests: ['PATCH /Groups/{id} {"op":"Add","path":"members","value":[{"$ref":null,"value":"{user}"}]}'],
    criterion: '200 or 204, and the user is a member',
    why: 'Samples of the documentation write members like this.',
    fix: 'Read null as absent.',
    pseudocode: `entry = entry without members that are null`,
    sources: [
      'Entra "Develop and plan provisioning for a SCIM endpoint", Update group: add members',
      'RFC 7643 §2.5',
    ],
    run: async (trial) => {
      const users = await trial.crowd(1);
      const group = await trial.group();
      const answered = await addMembers(trial, group, users, { ...trial.dialect(), memberRef: true });
      requireAccepted(answered, 'The addition of a member with "$ref": null');
      await requireMembers(trial, group, { added: users }, answered);
    },
  },
  {
    id: 'MEM-09',
    title: 'takes a deleted user out of its groups',
    severity: 'should',
    needs: ['members', 'patch'],
    requests: ['DELETE /Users/{id} of a member', 'GET /Groups/{id}'],
    criterion: 'the group is shown without the deleted user, and with the other member',
    why: 'The service removes a user and not its memberships. A reference to nobody makes the group unreadable, or gives its rights to who is created next with that id.',
    fix: 'Delete the memberships together with the user.',
    pseudocode: `delete from memberships where member = user.id
delete from users where id = user.id       # in one transaction`,
    sources: ['RFC 7643 §4.2', 'RFC 7644 §3.6'],
    run: async (trial) => {
      const [leaver, stayers] = [await trial.user(), await trial.crowd(1)];
      const group = await groupWith(trial, [leaver, ...stayers]);
      const answered = await trial.delete(leaver);
      if (answered.response.status >= 300)
        throw new NotTested(`the member was not deleted: DELETE answered ${answered.response.status}`);
      const shown = await trial.get(group.path, 'excludedAttributes=members');
      requireStatus(shown, [200], 'The read of the group after the deletion of a member');
      await requireMembers(trial, group, { removed: [leaver], kept: stayers }, answered);
    },
  },
];

/** Members of a large group. */
export const LARGE = 100;

/** Adds two members and one more, in the form of a dialect. @throws {Unmet} {Unproven} {NotTested} */
export async function checkAddition(trial: Trial, dialect: Dialect): Promise<void> {
  const [first, second, third] = (await trial.crowd(3)) as [TriedObject, TriedObject, TriedObject];
  const group = await trial.group();
  const both = await addMembers(trial, group, [first, second], dialect);
  requireAccepted(both, 'The addition of two members');
  await requireMembers(trial, group, { added: [first, second] }, both);
  const one = await addMembers(trial, group, [third], dialect);
  requireAccepted(one, 'The addition of one more');
  const kept = dialect.quirkReplaceMembers ? [] : [first, second];
  await requireMembers(trial, group, { added: [third], kept }, one);
}

/** Removes one of three members, in the form of a dialect. @throws {Unmet} {Unproven} {NotTested} */
export async function checkRemoval(trial: Trial, dialect: Dialect): Promise<void> {
  const [leaver, ...stayers] = (await trial.crowd(3)) as [TriedObject, TriedObject, TriedObject];
  const group = await groupWith(trial, [leaver, ...stayers]);
  const answered = await removeMembers(trial, group, [leaver], dialect);
  requireAccepted(answered, 'The removal of one of three members');
  await requireMembers(trial, group, { removed: [leaver], kept: stayers }, answered);
}

/** Sends the addition of members. @param dialect default: that of the job */
export function addMembers(
  trial: Trial,
  group: TriedObject,
  members: readonly TriedObject[],
  dialect: Dialect = trial.dialect(),
): Promise<Answered> {
  const body = buildMemberAddition(membersPath(trial), idsOf(members), dialect);
  return trial.patch(group, trial.spelled(body));
}

/** Sends the removal of members. @param dialect default: that of the job */
export function removeMembers(
  trial: Trial,
  group: TriedObject,
  members: readonly TriedObject[],
  dialect: Dialect = trial.dialect(),
): Promise<Answered> {
  const body = buildMemberRemoval(membersPath(trial), idsOf(members), dialect);
  return trial.patch(group, trial.spelled(body));
}

const idsOf = (objects: readonly TriedObject[]): readonly string[] => objects.map(({ id }) => id);

function membersPath({ subject }: Trial): string {
  const path = subject.group?.reference?.targetAttributeName;
  if (path === undefined) throw new NotTested('members are not mapped');
  return path;
}

/** A group that was given members as the job does. @throws {NotTested} where it has them not */
async function groupWith(trial: Trial, members: readonly TriedObject[]): Promise<TriedObject> {
  const group = await trial.group();
  const answered = await addMembers(trial, group, members);
  const fact = `the group for it has no members: PATCH answered ${answered.response.status}`;
  if (answered.response.status >= 300) throw new NotTested(fact);
  const held = await heldBy(trial, group);
  if (held !== null && members.some(({ id }) => !held.has(id))) throw new NotTested(fact);
  return group;
}

/** Null: the endpoint does not show them. */
async function heldBy(trial: Trial, group: TriedObject): Promise<ReadonlySet<string> | null> {
  try {
    return (await trial.membersOf(group)).held;
  } catch (error) {
    if (error instanceof Unproven) return null;
    throw error;
  }
}

/** Who is a member after a write, and who is not. */
interface ExpectedMembers {
  readonly added?: readonly TriedObject[];
  readonly removed?: readonly TriedObject[];
  /** Members before, whom the write does not name. */
  readonly kept?: readonly TriedObject[];
}

/**
 * Requires that a group has members as a write to it, or to a member, should leave it.
 * @param written the answer to the write, which was accepted
 * @throws {Unmet} where it has others
 * @throws {Unproven} where they are not shown
 */
async function requireMembers(
  trial: Trial,
  group: TriedObject,
  { added = [], removed = [], kept = [] }: ExpectedMembers,
  written: Answered,
): Promise<void> {
  const { held, doubled } = await trial.membersOf(group);
  const accepted = `accepted with ${written.response.status}`;
  const countHeld = (members: readonly TriedObject[]): number =>
    members.filter(({ id }) => held.has(id)).length;
  const left = countHeld(kept);
  if (left < kept.length)
    throw new Unmet(`${accepted}, and other members are gone with it: ${left} of ${kept.length} are left`, {
      decisive: written,
      symptom: left === 0 ? 'allGone' : null,
    });
  const missing = added.length - countHeld(added);
  if (missing > 0)
    throw new Unmet(`${accepted}, and not done: ${missing} of ${added.length} members are not there`, {
      decisive: written,
      miss: 'dropped',
    });
  if (countHeld(removed) > 0)
    throw new Unmet(`${accepted}, and not done: the member is still there`, {
      decisive: written,
      miss: 'dropped',
    });
  if (doubled.size > 0)
    throw new Unmet(`${accepted}, and ${doubled.size} members are there twice`, {
      decisive: written,
      symptom: 'doubled',
    });
}

/**
 * Tries something; where its criterion is not met, tries it with the names of operations in lower case. If that is
 * taken, later checks send them so.
 */
export async function withLearntSpelling(trial: Trial, attempt: () => Promise<void>): Promise<void> {
  const { accommodations } = trial;
  try {
    await attempt();
  } catch (error) {
    const isOther = !(error instanceof Unmet || error instanceof Unproven);
    if (isOther || trial.dialect().patch !== 'legacy' || accommodations.lowerCaseOperations) throw error;
    accommodations.lowerCaseOperations = true;
    accommodations.lowerCaseOperations = await isMet(attempt);
    if (!accommodations.lowerCaseOperations) throw error;
    const unmet = error instanceof Unmet ? error : new Unmet('accepted, and not done', { miss: 'dropped' });
    throw retold(unmet, { message: `${unmet.message}; in lower case it is done`, symptom: 'lowerCase' });
  }
}

async function isMet(attempt: () => Promise<void>): Promise<boolean> {
  try {
    await attempt();
    return true;
  } catch (error) {
    if (error instanceof Unmet || error instanceof Unproven || error instanceof NotTested) return false;
    throw error;
  }
}

async function checkUnknownMember(trial: Trial): Promise<void> {
  const [user] = (await trial.crowd(1)) as [TriedObject];
  const group = await trial.group();
  const unknown: TriedObject = { ...user, id: trial.unknownId() };
  const answered = await addMembers(trial, group, [user, unknown]);
  const { status } = answered.response;
  const held = await heldBy(trial, group);
  if (held !== null)
    trial.note(
      `answered ${status}; the user ${held.has(user.id) ? 'is' : 'is not'} a member, the unknown id ${held.has(unknown.id) ? 'is one too' : 'is not'}`,
    );
  if (status >= 400 && status < 500) return;
  requireAccepted(answered, 'The addition of a user and an unknown id');
  await requireMembers(trial, group, { added: [user] }, answered);
}
