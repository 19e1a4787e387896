import type { Dialect } from '../../model/dialect.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { Answered } from '../../model/scim.ts';
import { buildReferencePatch, buildReferenceRemoval } from '../../scim/patch-operation.ts';
import { ENTERPRISE_USER, isRolesPath, memberOf, parsePath, sameName } from '../../scim/path.ts';
import { readPath } from '../../scim/read.ts';
import type { Check } from '../check.ts';
import { lesser, requireAccepted, requireValue, saidIn } from '../expect.ts';
import { isTypedCustom } from '../needs.ts';
import { changeOf, type Trial, type TriedObject } from '../trial.ts';
import { NotTested, Unmet } from '../verdict.ts';
import {
  COMPLIANCE,
  customMapping,
  enterpriseMapping,
  giveManager,
  isWritable,
  legacyPatch,
  managerMapping,
  requireWritten,
  someManager,
} from './writing.ts';

/** The default dialect of the service: addresses, extensions, manager, roles and typed values. */
export const LEGACY_PART_CHECKS: readonly Check[] = [
  {
    id: 'LEG-07',
    title: 'makes one entry from several operations on its parts',
    severity: 'must',
    needs: ['patch', 'workAddress'],
    requires: ['LEG-05'],
    requests: [
      'PATCH /Users/{id} with {"op":"Add","path":"addresses[type eq \\"work\\"].{part}","value":"…"} for each part',
    ],
    criterion: '200 or 204, and one address of the type work has every part',
    why: 'The parts of an address come in one PATCH. A server that makes an entry for each shows five addresses, none of them whole.',
    fix: 'Apply operations in their order, each to what those before it left.',
    pseudocode: `for operation in body.Operations:
    entry = find_or_add(user.addresses, operation.path.filter)
    entry[operation.path.part] = operation.value`,
    sources: ['simpleidserver/SimpleIdServer#808', 'RFC 7644 §3.5.2'],
    run: async (trial) => {
      const user = await trial.user({ without: ['addresses'] });
      const changes = trial.subject.user.mappings
        .filter(({ targetAttributeName: path }) => /^addresses\[type eq "work"\]/i.test(path))
        .map((mapping) => changeOf(trial, 'add', mapping, user.label));
      const answered = await requireWritten(
        trial,
        user,
        legacyPatch(trial, changes),
        changes,
        'The adding of an address in parts',
      );
      const addresses = memberOf(await trial.read(user), 'addresses');
      if (Array.isArray(addresses) && addresses.length !== 1)
        throw new Unmet(`there are ${addresses.length} addresses instead of 1`, {
          decisive: answered,
          symptom: 'doubled',
        });
    },
  },
  {
    id: 'LEG-08',
    title: 'sets an attribute of the enterprise extension',
    severity: 'must',
    needs: ['patch', 'enterprise'],
    requests: [`PATCH /Users/{id} {"op":"Add","path":"${ENTERPRISE_USER}:department","value":"…"}`],
    criterion:
      '200 or 204, and the value is shown under the URN; a URN that is missing in schemas is a warning',
    why: 'Department, employee number and manager are written in this way.',
    fix: 'Take what follows the last colon of the path for the attribute, and what precedes it for the URN.',
    pseudocode: `urn, attribute = path.split_at_last(":")
user[urn][attribute] = value; user.schemas.add(urn)`,
    sources: ['RFC 7644 §3.10', COMPLIANCE],
    run: async (trial) => {
      const user = await trial.user({ without: [ENTERPRISE_USER] });
      const mapping = enterpriseMapping(trial);
      if (mapping === undefined) throw new NotTested('no attribute of the enterprise extension is mapped');
      const change = changeOf(trial, 'add', mapping, user.label);
      const what = `Add of ${mapping.targetAttributeName}`;
      const answered = await requireWritten(trial, user, legacyPatch(trial, [change]), [change], what);
      const { schemas } = await trial.read(user);
      if (!Array.isArray(schemas) || !schemas.some((urn) => sameName(String(urn), ENTERPRISE_USER)))
        throw lesser('the value is there, and schemas does not list its URN', answered);
    },
  },
  {
    id: 'LEG-09',
    title: 'sets a manager by a bare id',
    severity: 'must',
    needs: ['patch', 'manager'],
    requires: ['LEG-08'],
    requests: [
      `PATCH /Users/{id} {"op":"Add","path":"${ENTERPRISE_USER}:manager","value":"{id of the manager}"}`,
    ],
    criterion: '200 or 204, and manager.value is the id',
    why: 'The service writes the id itself, not an object with it.',
    fix: 'Take a text where a complex reference is expected for its value.',
    pseudocode: `type(value) is text: value = { value: value }`,
    sources: ['Captain-P-Goldfish/SCIM-SDK#541', COMPLIANCE],
    alsoTestedBy: { validator: '10 (as an object)', gallery: 'SCIM_Update_Manager' },
    run: async (trial) => {
      const [manager, user] = [await someManager(trial), await trial.user()];
      const answered = await writeManager(trial, 'add', user, manager);
      requireAccepted(answered, 'Add of manager by a bare id');
      requireManager(trial, await trial.read(user), manager, answered);
    },
  },
  {
    id: 'LEG-10',
    title: 'changes a manager, and takes it away',
    severity: 'must',
    needs: ['patch', 'manager'],
    requires: ['LEG-08', 'LEG-09'],
    requests: [
      `PATCH /Users/{id} {"op":"Replace","path":"${ENTERPRISE_USER}:manager","value":"{id}"}`,
      'the same with an empty text, or as target.dialect.managerRemoval says',
    ],
    criterion: 'manager.value is the new id, then manager is absent; a removal that is not done is a warning',
    why: 'A user with the manager of last year is a wrong approval chain.',
    fix: 'As LEG-09; take an empty text for the removal.',
    pseudocode: `value == "": remove(user[urn].manager)`,
    sources: [COMPLIANCE, 'Entra "Validate your provisioning app for the gallery", Update_Manager'],
    alsoTestedBy: { validator: '11, 12 (as an object)', gallery: 'SCIM_Update_Manager' },
    run: async (trial) => {
      const [first, second] = await trial.crowd(2);
      if (first === undefined || second === undefined) throw new NotTested('there are no managers');
      const user = await trial.user();
      requireAccepted(await writeManager(trial, 'add', user, first), 'Add of manager by a bare id');
      const changed = await writeManager(trial, 'replace', user, second);
      requireAccepted(changed, 'Replace of manager by a bare id');
      requireManager(trial, await trial.read(user), second, changed);
      await removeManager(trial, user, second);
    },
  },
  {
    id: 'LEG-11',
    title: 'shows a manager as an object with its id',
    severity: 'must',
    needs: ['patch', 'manager'],
    requests: ['GET /Users/{id} of a user with a manager'],
    criterion: 'manager is an object whose value is a text',
    why: 'The service cannot read a manager that is a text: the user fails in every cycle.',
    fix: 'Show a reference as a complex value.',
    pseudocode: `resource[urn].manager = { value: manager.id, $ref: url(manager) }`,
    sources: ['RFC 7643 §4.3', 'Budibase/budibase#15369'],
    run: async (trial) => {
      const manager = await someManager(trial);
      const user = await trial.user();
      const answered = await giveManager(trial, user, manager);
      const { attribute, extension } = parsePath(managerMapping(trial).targetAttributeName);
      const resource = await trial.read(user);
      const container = extension === null ? resource : memberOf(resource, extension);
      const shown = isJsonObject(container) ? memberOf(container, attribute) : undefined;
      if (shown === undefined || shown === null)
        throw new NotTested('no manager is shown; LEG-09 says whether it was set');
      if (!isJsonObject(shown) || typeof memberOf(shown, 'value') !== 'string')
        throw new Unmet(`manager is shown as ${JSON.stringify(shown)} instead of {"value":"${manager.id}"}`, {
          decisive: answered,
          symptom: typeof shown === 'string' ? 'text' : null,
        });
    },
  },
  {
    id: 'LEG-12',
    title: 'sets roles',
    severity: 'should',
    needs: ['patch', 'roles'],
    requests: [
      'PATCH /Users/{id} {"op":"Add","path":"roles","value":[{"value":"{a JSON document as a text}"}]}',
    ],
    criterion: '200 or 204, and the user has a role',
    why: 'Two of the three role functions send the role as JSON in a text, in this dialect.',
    fix: 'Parse such a text; or have administrators use AssertiveAppRoleAssignmentsComplex, or the flag.',
    pseudocode: `role.value starts with "{": role = parse_json(role.value)`,
    sources: [
      'Entra "Customize user provisioning attribute-mappings", Provisioning a role to a SCIM app',
      'Captain-P-Goldfish/SCIM-SDK#516',
    ],
    run: async (trial) => {
      const mapping = trial.subject.user.mappings.find(
        ({ targetAttributeName }) =>
          isRolesPath(parsePath(targetAttributeName)) || /^roles\b/i.test(targetAttributeName),
      );
      if (mapping === undefined) throw new NotTested('roles are not mapped');
      const user = await trial.user({ without: ['roles'] });
      const change = changeOf(trial, 'add', mapping, user.label);
      const answered = await trial.patch(user, legacyPatch(trial, [change]));
      requireAccepted(answered, `Add of ${mapping.targetAttributeName}`);
      requireValue(
        await trial.read(user),
        'roles',
        (found) => Array.isArray(found) && found.length > 0,
        'a list with a role',
        answered,
      );
    },
  },
  {
    id: 'LEG-13',
    title: 'sets an attribute of a custom extension',
    severity: 'must',
    needs: ['patch', 'customExtension'],
    requests: [
      'PATCH /Users/{id} {"op":"Add","path":"urn:ietf:params:scim:schemas:extension:{name}:2.0:User:{attribute}","value":"…"}',
    ],
    criterion: '200 or 204, and the value is shown under the URN',
    why: 'Attributes that SCIM does not define are mapped to such paths.',
    fix: 'As LEG-08, for every URN of your schemas.',
    pseudocode: `urn, attribute = path.split_at_last(":")`,
    sources: ['RFC 7643 §3.3', 'RFC 7644 §3.10', COMPLIANCE],
    run: async (trial) => {
      const mapping = customMapping(trial);
      if (mapping === undefined) throw new NotTested('no attribute of a custom extension is mapped');
      const user = await trial.user({ without: [parsePath(mapping.targetAttributeName).extension ?? ''] });
      const change = changeOf(trial, 'add', mapping, user.label);
      const what = `Add of ${mapping.targetAttributeName}`;
      await requireWritten(trial, user, legacyPatch(trial, [change]), [change], what);
    },
  },
  {
    id: 'LEG-14',
    title: 'takes numbers and booleans as text',
    severity: 'should',
    needs: ['patch', 'typedCustom', 'textScalars'],
    requests: ['PATCH /Users/{id} {"op":"Replace","path":"{a number or boolean}","value":"42"}'],
    criterion: '200 or 204, and the value is there, as a text or of its type',
    why: 'In this dialect every value is a text.',
    fix: 'Convert a text to the type of its attribute.',
    pseudocode: `value = convert(value, attribute.type)`,
    sources: [COMPLIANCE, 'RFC 7643 §2.3'],
    run: async (trial) => {
      const user = await trial.user({ extent: 'full' });
      const changes = user.attributes
        .filter(({ mapping }) => isTypedCustom(mapping) && isWritable(trial, mapping))
        .filter(({ mapping }) => mapping.target.type !== 'Boolean' || !trial.hasFailed('LEG-02'))
        .map(({ mapping }) => changeOf(trial, 'replace', mapping, user.label));
      if (changes.length === 0) throw new NotTested('there is no number or boolean that can be changed');
      await requireWritten(
        trial,
        user,
        legacyPatch(trial, changes),
        changes,
        'Replace of a number or boolean by a text',
      );
    },
  },
];

/** The default dialect, but for a profile that sends one form alone. */
const managerDialect = (trial: Trial): Dialect =>
  trial.dialect(trial.subject.profile.dialect.patch ?? 'legacy');

const writeManager = (
  trial: Trial,
  kind: 'add' | 'replace',
  user: TriedObject,
  manager: TriedObject,
): Promise<Answered> => {
  const { targetAttributeName: path } = managerMapping(trial);
  return trial.patch(user, trial.spelled(buildReferencePatch(kind, path, manager.id, managerDialect(trial))));
};

function requireManager(trial: Trial, resource: JsonObject, manager: TriedObject, written: Answered): void {
  const { targetAttributeName: path } = managerMapping(trial);
  requireValue(resource, path, (found) => idIn(found) === manager.id, `{"value":"${manager.id}"}`, written);
}

/** The id of a reference, however it is shown; LEG-11 judges the form. */
const idIn = (found: unknown): unknown =>
  isJsonObject(found as JsonObject) ? memberOf(found as JsonObject, 'value') : found;

async function removeManager(trial: Trial, user: TriedObject, current: TriedObject): Promise<void> {
  const { targetAttributeName: path } = managerMapping(trial);
  const dialect = managerDialect(trial);
  const form = dialect.managerRemoval === 'none' ? 'emptyText' : dialect.managerRemoval;
  const body = trial.spelled(buildReferenceRemoval(form, path, current.id, dialect));
  const answered = await trial.patch(user, body);
  if (answered.response.status >= 300)
    throw lesser(
      `the removal of a manager is answered ${answered.response.status} (${saidIn(answered)})`,
      answered,
    );
  const found = readPath(await trial.read(user), parsePath(path));
  if (found !== undefined && idIn(found) !== '' && idIn(found) !== undefined)
    throw lesser(
      `the removal of a manager is accepted with ${answered.response.status}, and it is still there`,
      answered,
    );
}
