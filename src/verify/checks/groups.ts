import type { Dialect } from '../../model/dialect.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { AttributeChange } from '../../model/pipeline.ts';
import type { Answered } from '../../model/scim.ts';
import { buildPatch } from '../../scim/patch.ts';
import { memberOf, sameName } from '../../scim/path.ts';
import { readId } from '../../scim/read.ts';
import type { Check } from '../check.ts';
import {
  requireAccepted,
  requireCount,
  requireCreated,
  requireResource,
  requireStatus,
  requireTaken,
} from '../expect.ts';
import { changeOf, type Trial, type TriedObject } from '../trial.ts';
import { ownName, type Turn } from '../values.ts';
import { NotTested, retold, Unmet } from '../verdict.ts';
import { addMembers, LARGE, withLearntSpelling } from './members.ts';

/** Groups without their members: how they are created, found and renamed. */
export const GROUP_CHECKS: readonly Check[] = [
  {
    id: 'GRP-01',
    title: 'creates a group with an empty list of members',
    severity: 'must',
    needs: ['groups'],
    requests: [
      'POST /Groups {"displayName":"…","externalId":"…","members":[],"meta":{"resourceType":"Group"}}',
    ],
    criterion: '201, and a resource whose id is a text that is not empty',
    why: 'The service creates a group empty, with these attributes and meta, and adds members afterwards. Without an id nothing can be added to it.',
    fix: 'Accept an empty list of members, ignore meta, and answer 201 with the stored group.',
    pseudocode: `members = body.members or []
group = groups.insert(body.displayName, body.externalId)
respond 201, Location: url(group.id), resource(group)`,
    sources: ['Entra "Develop and plan provisioning for a SCIM endpoint", Create group', 'RFC 7644 §3.3'],
    alsoTestedBy: { validator: '19', gallery: 'SCIM_Group_Create' },
    run: async (trial) => {
      const dialect: Dialect = { ...trial.dialect(), groupSchemaMicrosoft: false };
      const answered = await createGroup(trial, dialect);
      if (answered.response.status >= 300) {
        trial.accommodations.leastGroup = true;
        const least = await createGroup(trial);
        trial.note(`without members and meta it is answered ${least.response.status}`);
      }
      requireCreated(trial, answered, 'The creation of a group');
    },
  },
  {
    id: 'GRP-02',
    title: 'ignores the group URN of Microsoft in a creation',
    severity: 'should',
    needs: ['groups'],
    requires: ['GRP-01'],
    requests: [
      'POST /Groups with http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group in schemas',
    ],
    criterion: '201',
    why: 'The documentation shows this URN beside that of RFC 7643. It has no attributes.',
    fix: 'Ignore URNs in schemas that the endpoint does not know.',
    pseudocode: `known = [urn for urn in body.schemas if urn in supported]
core_group in known or respond 400, invalidSyntax`,
    sources: [
      'Entra "Develop and plan provisioning for a SCIM endpoint", Create group',
      'Entra "Known issues and resolutions with SCIM 2.0 protocol compliance"',
    ],
    run: async (trial) => {
      const answered = await createGroup(trial, { ...trial.dialect(), groupSchemaMicrosoft: true });
      requireCreated(trial, answered, 'The creation of a group with the URN of Microsoft');
    },
  },
  {
    id: 'GRP-03',
    title: 'refuses a second group with the same name',
    severity: 'should',
    needs: ['groups'],
    requests: ['POST /Groups, twice with one displayName', 'GET /Groups?filter=displayName eq "…"'],
    criterion: '409, and one group is found',
    why: 'A creation is sent again after an answer that was lost. Two groups of one name match the same group of the directory, and neither is provisioned any more.',
    fix: 'Make displayName unique, without regard to case.',
    pseudocode: `if groups.any(name.lower() == body.displayName.lower()):
    respond 409, scimType: uniqueness`,
    sources: ['RFC 7644 §3.3', 'Entra "Develop and plan provisioning for a SCIM endpoint"'],
    alsoTestedBy: { validator: '20' },
    run: async (trial) => {
      const group = await trial.group();
      const answered = await trial.create('Group', group.name, trial.bodyOf('Group', group.attributes));
      const found = await findGroup(trial, group.name);
      requireStatus(answered, [409], 'The second creation of a group');
      requireCount(found, 1, 'The query for the group that was created twice');
    },
  },
  {
    id: 'GRP-04',
    title: 'finds a group by its name in any case, and leaves its members out',
    severity: 'must',
    needs: ['groups'],
    readsOnly: true,
    requests: ['GET /Groups?excludedAttributes=members&filter=displayName eq "…", also in the other case'],
    criterion: 'one group each time, without members',
    why: 'Groups are matched by this query. Where it finds none, the group is created again. Where it shows members although they are excluded, the service replaces all members by the new one.',
    fix: 'Compare displayName without regard to case, and honour excludedAttributes in lists.',
    pseudocode: `found = groups.where(lower(displayName) == lower(value))
Resources = [without(group, request.excludedAttributes) for group in found]`,
    sources: [
      'Entra "Develop and plan provisioning for a SCIM endpoint", Get group by displayName',
      'PostHog/posthog#47336',
      'RFC 7644 §3.9',
    ],
    alsoTestedBy: { validator: '15, 16, 18' },
    run: async (trial) => {
      const group = await groupToRead(trial);
      for (const [asked, what] of [
        [group.name, 'The query for displayName'],
        [inOtherCase(group.name), 'The query for displayName in the other case'],
      ] as const) {
        const answered = await findGroup(trial, asked);
        const [found] = requireCount(answered, 1, what);
        if (found === undefined || readId(found) !== group.id)
          throw new Unmet(`${what} finds another group`, { decisive: answered });
        requireWithoutMembers(found, answered, what);
      }
    },
  },
  {
    id: 'GRP-05',
    title: 'leaves members out of a group that is read without them',
    severity: 'must',
    needs: ['groups'],
    readsOnly: true,
    requests: ['GET /Groups/{id}?excludedAttributes=members'],
    criterion: '200 with the group, without members',
    why: 'The service never reads members. Where they come nevertheless, it takes them for what it may write, and replaces all of them by the new one.',
    fix: 'Honour excludedAttributes when a single resource is read, too.',
    pseudocode: `respond 200, without(resource(group), request.excludedAttributes)`,
    sources: ['Infisical/infisical#6525', 'PostHog/posthog#47336', 'RFC 7644 §3.9'],
    alsoTestedBy: { validator: '14' },
    run: async (trial) => {
      const group = await groupToRead(trial);
      const what = 'The read of a group without members';
      const answered = await trial.get(group.path, 'excludedAttributes=members');
      requireStatus(answered, [200], what);
      const shown = requireResource(answered, what);
      if (readId(shown) !== group.id) throw new Unmet(`${what} shows another id`, { decisive: answered });
      requireWithoutMembers(shown, answered, what);
    },
  },
  {
    id: 'GRP-06',
    title: 'renames a group in both dialects',
    severity: 'must',
    needs: ['groups', 'patch'],
    requests: [
      'PATCH /Groups/{id} {"op":"Replace","path":"displayName","value":"…"}',
      'PATCH /Groups/{id} {"op":"replace","value":{"displayName":"…"}}',
      'the same for externalId, where it is mapped',
    ],
    criterion: '200 or 204, and the new values are there; the dialect that the job does not use is a warning',
    why: 'A group is renamed in the directory and keeps its old name at the endpoint, or fails in every cycle.',
    fix: 'Take a replacement of displayName and externalId, with the path in the operation or as a key of its value.',
    pseudocode: `for path, value in operation.path ? [(path, value)] : operation.value.items():
    group.set(path, value)`,
    sources: ['Entra "Develop and plan provisioning for a SCIM endpoint", Update group', 'RFC 7644 §3.5.2.3'],
    alsoTestedBy: { validator: '21, 22', gallery: 'SCIM_Group_Update' },
    run: async (trial) => {
      const group = await trial.group();
      const { dialects, dialect } = trial.subject;
      const others = dialects.filter((patch) => patch !== dialect.patch);
      await withLearntSpelling(trial, () => changeGroup(trial, group, 1, dialect.patch));
      for (const patch of others) await asWarning(() => changeGroup(trial, group, 0, patch));
    },
  },
  {
    id: 'GRP-07',
    title: 'answers a PATCH of a large group without its members',
    severity: 'should',
    needs: ['members', 'patch'],
    requests: ['PATCH /Groups/{id} {"op":"Add","path":"members","value":[100 entries]}'],
    criterion: '204, or 200 without members',
    why: 'A list of all members after each change makes large groups slow, until the answer comes too late and the change is sent again.',
    fix: 'Answer a PATCH of a group with 204 and no body.',
    pseudocode: `apply(operations)
respond 204`,
    sources: ['Entra "Develop and plan provisioning for a SCIM endpoint", Update group', 'RFC 7644 §3.5.2'],
    run: async (trial) => {
      const group = await trial.group();
      const users = await trial.crowd(LARGE);
      const { membersPerPatch } = trial.dialect();
      for (let from = 0; from < users.length; from += membersPerPatch) {
        const answered = await addMembers(trial, group, users.slice(from, from + membersPerPatch));
        const { status, body } = answered.response;
        if (status >= 300) throw new NotTested(`the group for it has no members: PATCH answered ${status}`);
        // A body that is too long to be kept is not empty.
        if (status === 200 && (answered.response.isLong === true || holdsMembers(body)))
          throw new Unmet(`a PATCH of a group is answered 200 with its members; expected 204`, {
            decisive: answered,
          });
      }
    },
  },
  {
    id: 'GRP-08',
    title: 'finds a group by its externalId',
    severity: 'should',
    mustFor: ['matchingGroupExternalId'],
    needs: ['groupExternalId'],
    requests: ['GET /Groups?excludedAttributes=members&filter=externalId eq "…"'],
    criterion: 'one group',
    why: 'A mapping may match groups by it. Where the filter is not understood, each group is created again.',
    fix: 'Store externalId, and support eq for it.',
    pseudocode: `found = groups.where(externalId == value)`,
    sources: ['RFC 7643 §3.1', 'RFC 7644 §3.4.2.2'],
    run: async (trial) => {
      const group = await trial.group();
      const change = group.attributes.find(({ mapping }) =>
        sameName(mapping.targetAttributeName, 'externalId'),
      );
      if (typeof change?.value !== 'string') throw new NotTested('the group for it has no externalId');
      const answered = await trial.find('Group', 'externalId', change.value);
      const [found] = requireCount(answered, 1, 'The query for externalId');
      if (found === undefined || readId(found) !== group.id)
        throw new Unmet('The query for externalId finds another group', { decisive: answered });
    },
  },
];

/** Creates a group of the check. @param dialect default: what the endpoint is known to take */
function createGroup(trial: Trial, dialect?: Dialect): Promise<Answered> {
  const label = trial.newLabel();
  const body = trial.bodyOf('Group', trial.attributesOf('Group', label), dialect);
  return trial.create('Group', ownName(trial.subject, 'Group', label), body);
}

const findGroup = (trial: Trial, name: string): Promise<Answered> => trial.find('Group', 'displayName', name);

/** A group to read; one of the check's own has a member, if the endpoint takes one. */
async function groupToRead(trial: Trial): Promise<TriedObject> {
  const group = await trial.someGroup();
  if (trial.subject.isReadOnly || trial.subject.group?.reference === null) return group;
  const { response } = await addMembers(trial, group, await trial.crowd(1));
  if (response.status >= 300) trial.note('the group has no member, so that none could be shown');
  return group;
}

const inOtherCase = (text: string): string =>
  text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();

function requireWithoutMembers(shown: JsonObject, answered: Answered, what: string): void {
  if (!holdsMembers(shown)) return;
  throw new Unmet(`${what} shows members although they are excluded`, { decisive: answered });
}

const holdsMembers = (shown: Json | undefined): boolean =>
  isJsonObject(shown) && (memberOf(shown, 'members') ?? null) !== null;

/** Changes name and externalId of a group, each by itself. */
async function changeGroup(
  trial: Trial,
  group: TriedObject,
  turn: Turn,
  patch: Dialect['patch'],
): Promise<void> {
  // Where keys in place of paths are not taken at all, FLAG-01 says so.
  const dialect = { ...trial.dialect(patch), pathlessSingle: !trial.hasFailed('FLAG-01') };
  const mappings = trial.subject.group?.mappings ?? [];
  const label = { ...group.label, turn };
  for (const path of ['displayName', 'externalId']) {
    const mapping = mappings.find(({ targetAttributeName }) => sameName(targetAttributeName, path));
    if (mapping === undefined) continue;
    const change: AttributeChange = changeOf(trial, 'replace', mapping, group.label, turn);
    const answered = await trial.patch(group, trial.spelled(buildPatch([change], dialect)));
    requireAccepted(answered, `The ${patch === 'legacy' ? 'Replace' : 'replace'} of ${path}`);
    requireTaken(await trial.read(group, ownName(trial.subject, 'Group', label)), [change], answered);
  }
}

/** Makes a missed criterion a warning. */
async function asWarning(attempt: () => Promise<void>): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    throw error instanceof Unmet ? retold(error, { isLesser: true }) : error;
  }
}
