import type { AttributeChange } from '../../model/pipeline.ts';
import type { Answered } from '../../model/scim.ts';
import { parsePath, sameName } from '../../scim/path.ts';
import { missedIn, requireAccepted, requireTaken } from '../expect.ts';
import { isTypedCustom } from '../needs.ts';
import { changeOf, type Trial, type TriedObject } from '../trial.ts';
import { NotTested, Unmet } from '../verdict.ts';
import { customMapping, enterpriseMapping, neutralPatch } from './writing.ts';

/**
 * Replaces all mapped attributes of a user in one PATCH. Where a whole kind of attributes fails, such as entries of
 * lists, the check that is made for the kind says so.
 * @throws {Unmet} that names the attributes that are refused, or accepted and not changed
 */
export async function replaceAll(trial: Trial): Promise<void> {
  const user = await trial.user({ extent: 'full' });
  const changes = await changesOf(trial, user);
  const whole = await trial.patch(user, neutralPatch(trial, changes));
  const isRefused = whole.response.status >= 300;
  const refused = isRefused ? await refusedAlone(trial, user, changes) : new Map<AttributeChange, Answered>();
  if (refused.size === changes.length) requireAccepted(whole, 'The replacing of all mapped attributes');
  const own = ownOf(trial, [...refused.keys()], changes);
  trial.accommodations.unwritable = new Set(own.map(pathOf));
  const [first] = own.map((change) => refused.get(change));
  if (first !== undefined) requireAccepted(first, `replace of ${own.map(pathOf).join(', ')}`);
  if (isRefused && refused.size === 0)
    throw new Unmet(
      `a PATCH of ${changes.length} attributes is answered ${whole.response.status}, and each of them by itself is accepted`,
      { decisive: whole, miss: 'refused' },
    );
  const accepted = changes.filter((change) => !refused.has(change));
  const answered = isRefused ? await trial.patch(user, neutralPatch(trial, accepted)) : whole;
  requireAccepted(answered, 'The replacing of all attributes that are accepted by themselves');
  const resource = await trial.read(user);
  const missed = ownOf(trial, missedIn(resource, accepted), changes);
  trial.accommodations.unwritable = new Set(missed.map(pathOf));
  requireTaken(resource, missed, answered);
}

const pathOf = ({ mapping }: AttributeChange): string => mapping.targetAttributeName;

/** The changes of all attributes, but for those that were not kept when the user was created. */
async function changesOf(trial: Trial, user: TriedObject): Promise<readonly AttributeChange[]> {
  const lost = trial.hasFailed('USR-02') ? missedIn(await trial.read(user), user.attributes) : [];
  const changes = user.attributes
    .filter((written) => !lost.includes(written) && !isChangedAlone(pathOf(written)))
    .map(({ mapping }) => changeOf(trial, 'replace', mapping, user.label));
  if (changes.length === 0) throw new NotTested('the user for it has no attribute that can be changed');
  return changes;
}

/** A user is found by userName, and shown while it is active. */
const isChangedAlone = (path: string): boolean => ['userName', 'active'].some((one) => sameName(one, path));

/** Sends each change by itself. Returns those that are refused. */
async function refusedAlone(
  trial: Trial,
  user: TriedObject,
  changes: readonly AttributeChange[],
): Promise<ReadonlyMap<AttributeChange, Answered>> {
  const refused = new Map<AttributeChange, Answered>();
  for (const change of changes) {
    const answered = await trial.patch(user, neutralPatch(trial, [change]));
    if (answered.response.status >= 300) refused.set(change, answered);
  }
  return refused;
}

/** The failed changes that no other check finds. The validator sends all in one PATCH, and has no other checks. */
function ownOf(
  trial: Trial,
  failed: readonly AttributeChange[],
  changes: readonly AttributeChange[],
): readonly AttributeChange[] {
  if (trial.subject.profile.name === 'validator') return failed;
  const works = new Set(changes.filter((change) => !failed.includes(change)).map(kindOf));
  return failed.filter(
    (change) =>
      kindOf(change) === 'plain' || (works.has(kindOf(change)) && !isSubjectOfAnother(trial, change)),
  );
}

/** What decides how a path is resolved: the extension, or whether it selects an entry of a list. */
function kindOf(change: AttributeChange): string {
  const { extension, filter, attribute } = parsePath(pathOf(change));
  if (extension !== null) return extension.toLowerCase();
  return filter !== null ? 'entry' : sameName(attribute, 'roles') ? 'roles' : 'plain';
}

/** Whether a check of the default dialect changes the same attribute. */
function isSubjectOfAnother(trial: Trial, { mapping }: AttributeChange): boolean {
  return (
    CHANGED_BY_OTHERS.test(mapping.targetAttributeName) ||
    isTypedCustom(mapping) ||
    mapping === enterpriseMapping(trial) ||
    mapping === customMapping(trial)
  );
}

const CHANGED_BY_OTHERS =
  /^(?:emails\[type eq "work"\]\.value|phoneNumbers\[type eq "mobile"\]\.value|addresses\[type eq "work"\].*)$/i;
