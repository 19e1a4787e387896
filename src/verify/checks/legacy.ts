import { buildPatch } from '../../scim/patch.ts';
import type { Check } from '../check.ts';
import { requireAccepted, requireTaken, requireValue } from '../expect.ts';
import { userMapping } from '../subject.ts';
import { changeOf, type Trial, type TriedObject } from '../trial.ts';
import { NotTested, Unmet } from '../verdict.ts';

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
    sources: [
      'Entra "Known issues and resolutions with SCIM 2.0 protocol compliance"',
      'ssoready/ssoready#155',
    ],
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
      requireAccepted(answered, 'Replace of active by the text False');
      requireValue(
        await trial.read(user),
        'active',
        (found) => found === false,
        'false, a boolean',
        answered,
      );
    },
  },
];

/** An attribute that every server should take. */
function plainMapping(trial: Trial) {
  const mapping = userMapping(trial.subject, 'displayName') ?? userMapping(trial.subject, 'userName');
  if (mapping === undefined) throw new NotTested('neither displayName nor userName is mapped');
  return mapping;
}

async function takesLowerCase(trial: Trial, user: TriedObject): Promise<boolean> {
  const change = changeOf(trial, 'replace', plainMapping(trial), user.label);
  const answered = await trial.patch(
    user,
    buildPatch([change], { ...trial.dialect('aadOptscim062020'), pathlessSingle: false }),
  );
  return answered.response.status < 300;
}

const writeActive = (trial: Trial, user: TriedObject, kind: 'add' | 'replace', value: 'True' | 'False') => {
  const mapping = userMapping(trial.subject, 'active');
  if (mapping === undefined) throw new NotTested('active is not mapped');
  const body = buildPatch([{ kind, mapping, value }], trial.dialect('legacy'));
  return trial.patch(user, trial.spelled(body));
};
