import type { Dialect } from '../../model/dialect.ts';
import type { JsonObject } from '../../model/json.ts';
import type { AttributeChange } from '../../model/pipeline.ts';
import type { AttributeMapping } from '../../model/schema.ts';
import type { Answered } from '../../model/scim.ts';
import { buildPatch } from '../../scim/patch.ts';
import { buildReferenceRemoval } from '../../scim/patch-operation.ts';
import { parsePath } from '../../scim/path.ts';
import { readPath } from '../../scim/read.ts';
import type { Check } from '../check.ts';
import { requireAccepted, requireTaken, requireValue } from '../expect.ts';
import { userMapping } from '../subject.ts';
import { changeOf, type Trial, type TriedObject } from '../trial.ts';
import { NotTested, Unmet } from '../verdict.ts';
import { checkAddition, checkRemoval } from './members.ts';
import {
  COMPLIANCE,
  giveManager,
  managerMapping,
  plainMapping,
  plainMappings,
  requireWritten,
  someManager,
  userWithEmail,
} from './writing.ts';

/** The dialect of the flag aadOptscim062020: operations in lower case, plain attributes merged without a path. */
export const FLAG_CHECKS: readonly Check[] = [
  {
    id: 'FLAG-01',
    title: 'replaces attributes by an operation without a path',
    severity: 'must',
    needs: ['patch'],
    requests: [
      'PATCH /Users/{id} {"op":"replace","value":{"displayName":"…","name.givenName":"…","urn:…:User:department":"…"}}',
    ],
    criterion: '200 or 204, every value is there, and no key with a dot or a URN is stored as it is written',
    why: 'With the flag, all plain changes come in one operation whose keys are paths. A server that stores the keys as they are reports success, and nothing changes.',
    fix: 'Read each key of a value without a path as a path.',
    pseudocode: `operation.path is absent:
    for key, value in operation.value: set(user, parse_path(key), value)`,
    sources: [COMPLIANCE, 'pond/scimitar#123', 'thomaspoignant/scim-patch#132'],
    run: async (trial) => writeWithoutPath(trial, 'replace'),
  },
  {
    id: 'FLAG-02',
    title: 'adds attributes by an operation without a path',
    severity: 'must',
    needs: ['patch'],
    requires: ['FLAG-01', 'PAT-03'],
    requests: ['PATCH /Users/{id} {"op":"add","value":{…}}'],
    criterion: 'as FLAG-01',
    why: 'Additions and replacements come in an operation each.',
    fix: 'As FLAG-01, for add.',
    pseudocode: `add without path: as replace without path`,
    sources: [COMPLIANCE, 'thomaspoignant/scim-patch#207'],
    run: async (trial) => writeWithoutPath(trial, 'add'),
  },
  {
    id: 'FLAG-03',
    title: 'takes operations with and without a path in one PATCH',
    severity: 'must',
    needs: ['patch', 'workEmail'],
    requires: ['FLAG-01', 'LEG-04'],
    requests: [
      'PATCH /Users/{id} with {"op":"replace","path":"emails[type eq \\"work\\"].value",…} and {"op":"replace","value":{…}}',
    ],
    criterion: '200 or 204, and the values of both are there',
    why: 'Attributes with a filter keep a path of their own beside the merged ones.',
    fix: 'Decide for each operation by itself whether it has a path.',
    pseudocode: `for operation in body.Operations: operation.path ? set(...) : merge(...)`,
    sources: [COMPLIANCE],
    run: async (trial) => {
      const { user, email } = await userWithEmail(trial);
      const mappings = [email, ...mergedMappings(trial, user)];
      const changes = mappings.map((mapping) => changeOf(trial, 'replace', mapping, user.label));
      const body = buildPatch(changes, trial.dialect('aadOptscim062020'));
      await requireWritten(trial, user, body, changes, 'A PATCH with and without a path');
    },
  },
  {
    id: 'FLAG-04',
    title: 'disables a user by the boolean false',
    severity: 'must',
    needs: ['patch'],
    requests: ['PATCH /Users/{id} {"op":"replace","path":"active","value":false}'],
    criterion: '200 or 204, and active is false',
    why: 'This is how the service disables with the flag.',
    fix: 'Set active by its path.',
    pseudocode: `set(user, "active", false)`,
    sources: [COMPLIANCE, 'RFC 7643 §4.1.1'],
    alsoTestedBy: { validator: '8', gallery: 'User_Disable' },
    run: async (trial) => {
      const mapping = userMapping(trial.subject, 'active');
      if (mapping === undefined) throw new NotTested('active is not mapped');
      const user = await trial.user();
      const change: AttributeChange = { kind: 'replace', mapping, value: 'False' };
      const answered = await trial.patch(user, buildPatch([change], trial.dialect('aadOptscim062020')));
      requireAccepted(answered, 'replace of active by false');
      requireValue(await trial.read(user), 'active', (found) => found === false, 'false', answered);
    },
  },
  {
    id: 'FLAG-05',
    title: 'removes a manager by a path with a filter',
    severity: 'should',
    needs: ['patch', 'manager'],
    requires: ['LEG-11'],
    requests: ['PATCH /Users/{id} {"op":"remove","path":"manager[value eq \\"{id}\\"]"}'],
    criterion: '200 or 204, and manager is absent',
    why: 'With the flag the service takes a manager away in this way. The attribute is single, so that many parsers refuse the filter.',
    fix: 'Allow a filter on a complex attribute with one value, with or without its URN.',
    pseudocode: `remove path "manager[value eq X]": user.manager.value == X ? delete user.manager : nothing`,
    sources: ['thomaspoignant/scim-patch#453', COMPLIANCE],
    alsoTestedBy: { validator: '12 (by an empty value)' },
    run: removeManager,
  },
  {
    id: 'FLAG-06',
    title: 'adds members, and removes one by a path with a filter',
    severity: 'must',
    needs: ['patch', 'members'],
    requests: [
      'PATCH /Groups/{id} {"op":"add","path":"members","value":[{"value":"{id}"}]}',
      'PATCH /Groups/{id} {"op":"remove","path":"members[value eq \\"{id}\\"]"}',
    ],
    criterion: '200 or 204, and exactly the right members are left',
    why: 'Memberships change in this way with the flag.',
    fix: 'Select members by the filter of the path, and remove these alone.',
    pseudocode: `remove path "members[value eq X]": group.members.delete(m => m.value == X)`,
    sources: [COMPLIANCE, 'RFC 7644 §3.5.2.2'],
    alsoTestedBy: { validator: '23, 24' },
    run: async (trial) => {
      const dialect: Dialect = { ...trial.dialect('aadOptscim062020'), memberRemoval: 'filter' };
      await checkAddition(trial, dialect);
      await checkRemoval(trial, dialect);
    },
  },
];

/** What the service writes without a path, of what a user has. */
function mergedMappings(trial: Trial, user: TriedObject): readonly AttributeMapping[] {
  const found = plainMappings(trial).filter((mapping) =>
    user.attributes.some((written) => written.mapping === mapping),
  );
  return found.length === 0 ? [plainMapping(trial)] : found;
}

async function writeWithoutPath(trial: Trial, kind: 'add' | 'replace'): Promise<void> {
  const user = await trial.user();
  const changes = mergedMappings(trial, user).map((mapping) => changeOf(trial, kind, mapping, user.label));
  const dialect = { ...trial.dialect('aadOptscim062020'), pathlessSingle: true };
  const answered = await trial.patch(user, buildPatch(changes, dialect));
  requireAccepted(answered, `${kind} without a path`);
  const resource = await trial.read(user);
  requireNoLiteralKey(resource, changes, answered);
  requireTaken(resource, changes, answered);
}

/** Requires that no key is stored as it was written. */
function requireNoLiteralKey(
  resource: JsonObject,
  changes: readonly AttributeChange[],
  written: Answered,
): void {
  const paths = changes.map(({ mapping }) => mapping.targetAttributeName as string);
  const key = Object.keys(resource).find((name) => /[.:]/.test(name) && paths.includes(name));
  if (key !== undefined)
    throw new Unmet(`accepted with ${written.response.status}, and stored as the key "${key}"`, {
      decisive: written,
      miss: 'dropped',
      symptom: 'literal',
    });
}

async function removeManager(trial: Trial): Promise<void> {
  const { targetAttributeName: path } = managerMapping(trial);
  const [manager, user] = [await someManager(trial), await trial.user()];
  const given = await giveManager(trial, user, manager);
  if (given.response.status >= 300 || readPath(await trial.read(user), parsePath(path)) === undefined)
    throw new NotTested(`no manager can be set that is removed then: answered ${given.response.status}`);
  const dialect = trial.dialect('aadOptscim062020');
  const form = dialect.managerRemoval === 'none' ? 'filter' : dialect.managerRemoval;
  const answered = await trial.patch(user, buildReferenceRemoval(form, path, manager.id, dialect));
  requireAccepted(answered, 'The removal of a manager');
  requireValue(
    await trial.read(user),
    path,
    (found) => found === undefined || found === '',
    'absent',
    answered,
  );
}
