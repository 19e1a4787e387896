import type { Json, JsonObject } from '../../model/json.ts';
import type { AttributeChange } from '../../model/pipeline.ts';
import type { AttributeMapping } from '../../model/schema.ts';
import type { Answered } from '../../model/scim.ts';
import { buildPatch } from '../../scim/patch.ts';
import { memberOf, passesFilter } from '../../scim/path.ts';
import type { Check } from '../check.ts';
import { lesser, requireAccepted, requireTaken, requireValue, saidIn } from '../expect.ts';
import { userMapping } from '../subject.ts';
import { changeOf, type Trial, type TriedObject } from '../trial.ts';
import { NotTested, retold, Unmet } from '../verdict.ts';
import { COMPLIANCE, legacyPatch, plainMapping, requireWritten, userWithEmail } from './writing.ts';

/** The default dialect of the service: `Add`, `Replace` and `Remove`, one operation an attribute, values as text. */
export const LEGACY_CHECKS: readonly Check[] = [
  {
    id: 'LEG-01',
    title: 'replaces an attribute by an operation with a capital letter',
    severity: 'must',
    needs: ['patch'],
    requests: ['PATCH /Users/{id} {"op":"Replace","path":"displayName","value":"…"}'],
    criterion: '200 or 204, and the new value is there',
    why: 'The service writes Add, Replace and Remove. A comparison that minds the case refuses every update.',
    fix: 'Compare op without regard to case.',
    pseudocode: `op = operation.op.lower()
op in ["add", "replace", "remove"] or respond 400, invalidSyntax`,
    sources: [COMPLIANCE, 'ssoready/ssoready#155'],
    run: async (trial) => {
      const user = await trial.user();
      const mapping = plainMapping(trial);
      const change = changeOf(trial, 'replace', mapping, user.label);
      const answered = await trial.patch(user, buildPatch([change], trial.dialect('legacy')));
      try {
        requireAccepted(answered, `Replace of ${mapping.targetAttributeName}`);
        requireTaken(await trial.read(user), [change], answered);
      } catch (error) {
        if (!(error instanceof Unmet) || !(await takesLowerCase(trial, user))) throw error;
        trial.accommodations.lowerCaseOperations = true;
        throw new Unmet(`${error.message}; in lower case it is done`, {
          decisive: answered,
          miss: error.miss,
          symptom: 'lowerCase',
        });
      }
    },
  },
  {
    id: 'LEG-02',
    title: 'disables a user by the text False',
    severity: 'must',
    needs: ['patch', 'textActive'],
    requests: ['PATCH /Users/{id} {"op":"Replace","path":"active","value":"False"}'],
    criterion: '200 or 204, and active is false, as a boolean',
    why: 'This is how the service disables. A server that keeps the text, or takes it for true, leaves the user active after it has left.',
    fix: 'Read "True" and "False" in any case as booleans.',
    pseudocode: `if type(value) is text and attribute.type is boolean:
    value = value.lower() == "true"`,
    sources: [
      'Entra "Known issues and resolutions with SCIM 2.0 protocol compliance", disable user',
      'ssoready/ssoready#155',
      'rancher/rancher#54025',
    ],
    run: async (trial) => {
      const user = await trial.user();
      const answered = await writeActive(trial, user, 'replace', 'False');
      try {
        requireAccepted(answered, 'Replace of active by the text False');
      } catch (error) {
        if (!(error instanceof Unmet) || !(await takesBoolean(trial, user))) throw error;
        throw retold(error, { message: `${error.message}; a boolean is taken`, symptom: 'boolean' });
      }
      requireValue(
        await trial.read(user),
        'active',
        (found) => found === false,
        'false, a boolean',
        answered,
      );
    },
  },
  {
    id: 'LEG-03',
    title: 'enables a user by the text True, and by Add',
    severity: 'must',
    needs: ['patch', 'textActive'],
    requires: ['LEG-02'],
    requests: [
      'PATCH /Users/{id} {"op":"Replace","path":"active","value":"True"}',
      'PATCH /Users/{id} {"op":"Add","path":"active","value":"False"}',
    ],
    criterion: '200 or 204, and active is as it was sent, as a boolean',
    why: 'A user who comes back is enabled so. The service sends Add where its copy of the resource has no active.',
    fix: 'As LEG-02, for both words and both operations.',
    pseudocode: `active = text.lower() == "true"       # for add and replace`,
    sources: [COMPLIANCE, 'rancher/rancher#54025'],
    run: async (trial) => {
      const user = await trial.user();
      requireAccepted(
        await writeActive(trial, user, 'replace', 'False'),
        'Replace of active by the text False',
      );
      const enabled = await writeActive(trial, user, 'replace', 'True');
      requireAccepted(enabled, 'Replace of active by the text True');
      requireValue(await trial.read(user), 'active', (found) => found === true, 'true, a boolean', enabled);
      if (trial.hasFailed('PAT-03')) return;
      const added = await writeActive(trial, user, 'add', 'False');
      requireAccepted(added, 'Add of active by the text False');
      requireValue(await trial.read(user), 'active', (found) => found === false, 'false, a boolean', added);
    },
  },
  {
    id: 'LEG-04',
    title: 'changes an entry that a path with a filter selects',
    severity: 'must',
    needs: ['patch', 'workEmail'],
    requests: [
      'PATCH /Users/{id} {"op":"Add","path":"emails[type eq \\"work\\"].value","value":"…"}',
      'the same with Replace',
    ],
    criterion: '200 or 204; the entry has the new value and its type, and there is one of it',
    why: 'E-mail addresses and phone numbers are changed by such paths. What is dropped stays wrong for ever.',
    fix: 'Select the entry by the filter of the path, and set its sub-attribute.',
    pseudocode: `entry = user.emails.find(e => e.type == "work")
entry.value = value`,
    sources: ['RFC 7644 §3.5.2, valuePath', COMPLIANCE, 'FusionAuth/fusionauth-issues#2456'],
    run: async (trial) => {
      const { user, email } = await userWithEmail(trial);
      for (const [kind, turn] of [
        ['add', 1],
        ['replace', 0],
      ] as const) {
        const change = changeOf(trial, kind, email, user.label, turn);
        const what = `${kind === 'add' ? 'Add' : 'Replace'} of ${change.mapping.targetAttributeName}`;
        const answered = await requireWritten(trial, user, legacyPatch(trial, [change]), [change], what);
        requireOneEntry(await trial.read(user), 'emails', 'work', answered);
      }
    },
  },
  {
    id: 'LEG-05',
    title: 'makes an entry that a path with a filter does not find',
    severity: 'must',
    needs: ['patch', 'mobilePhone'],
    requests: [
      'PATCH /Users/{id} {"op":"Add","path":"phoneNumbers[type eq \\"mobile\\"].value","value":"…"}',
    ],
    criterion: '200 or 204, and there is an entry with the value and type mobile',
    why: 'The service adds a phone number, an address or a second e-mail address in this way.',
    fix: 'Where the filter of an Add selects nothing, make an entry from the terms of the filter.',
    pseudocode: `entry = user.phoneNumbers.find(filter)
entry is absent: user.phoneNumbers.append({ type: "mobile", value: value })`,
    sources: ['wireapp/wire-server#5419', 'Captain-P-Goldfish/SCIM-SDK#416', 'thomaspoignant/scim-patch#42'],
    run: async (trial) => {
      const { user, change } = await userWithoutPhone(trial, 'add');
      const what = `Add of ${change.mapping.targetAttributeName}, of which there is none,`;
      const answered = await requireWritten(trial, user, legacyPatch(trial, [change]), [change], what);
      requireOneEntry(await trial.read(user), 'phoneNumbers', 'mobile', answered);
    },
  },
  {
    id: 'LEG-06',
    title: 'takes Replace of an entry that is absent',
    severity: 'must',
    needs: ['patch', 'mobilePhone'],
    requires: ['LEG-05'],
    requests: [
      'PATCH /Users/{id} {"op":"Replace","path":"phoneNumbers[type eq \\"mobile\\"].value","value":"…"}',
    ],
    criterion: '200 or 204, and there is an entry with the value and type mobile; 400 noTarget is a warning',
    why: 'The service chooses add or replace by its copy of the resource, which may be old.',
    fix: 'As LEG-05, for Replace.',
    pseudocode: `replace: as add where the filter selects nothing`,
    sources: ['RFC 7644 §3.5.2.3', 'Microsoft Q&A 1373350'],
    run: async (trial) => {
      const { user, change } = await userWithoutPhone(trial, 'replace');
      const answered = await trial.patch(user, legacyPatch(trial, [change]));
      if (answered.response.status === 400 && /noTarget/i.test(saidIn(answered)))
        throw lesser('Replace of an entry that is absent is answered 400 noTarget', answered);
      requireAccepted(answered, 'Replace of an entry that is absent');
      requireTaken(await trial.read(user), [change], answered);
    },
  },
];

async function takesLowerCase(trial: Trial, user: TriedObject): Promise<boolean> {
  const change = changeOf(trial, 'replace', plainMapping(trial), user.label);
  const answered = await trial.patch(
    user,
    buildPatch([change], { ...trial.dialect('aadOptscim062020'), pathlessSingle: false }),
  );
  return answered.response.status < 300;
}

async function takesBoolean(trial: Trial, user: TriedObject): Promise<boolean> {
  const mapping = activeMapping(trial);
  const dialect = { ...trial.dialect('legacy'), activeAsBoolean: true };
  const body = buildPatch([{ kind: 'replace', mapping, value: 'False' }], dialect);
  return (await trial.patch(user, trial.spelled(body))).response.status < 300;
}

const activeMapping = ({ subject }: Trial): AttributeMapping => {
  const mapping = userMapping(subject, 'active');
  if (mapping === undefined) throw new NotTested('active is not mapped');
  return mapping;
};

const writeActive = (trial: Trial, user: TriedObject, kind: 'add' | 'replace', value: 'True' | 'False') =>
  trial.patch(user, legacyPatch(trial, [{ kind, mapping: activeMapping(trial), value }]));

/** A user without a phone number, and the change that gives it one. */
async function userWithoutPhone(
  trial: Trial,
  kind: 'add' | 'replace',
): Promise<{ readonly user: TriedObject; readonly change: AttributeChange }> {
  const mapping = userMapping(trial.subject, 'phoneNumbers[type eq "mobile"].value');
  if (mapping === undefined) throw new NotTested('phoneNumbers[type eq "mobile"].value is not mapped');
  const user = await trial.user({ without: ['phoneNumbers'] });
  return { user, change: changeOf(trial, kind, mapping, user.label) };
}

/** Requires that a list has one entry of a type. */
function requireOneEntry(resource: JsonObject, attribute: string, type: string, written: Answered): void {
  const list = memberOf(resource, attribute);
  const entries = (Array.isArray(list) ? (list as readonly Json[]) : []).filter((entry) =>
    passesFilter(entry, { attribute: 'type', value: type }),
  );
  if (entries.length !== 1)
    throw new Unmet(
      `accepted with ${written.response.status}, and ${attribute} has ${entries.length} entries of the type ${type} instead of 1`,
      { decisive: written, miss: 'dropped', symptom: entries.length > 1 ? 'doubled' : null },
    );
}
