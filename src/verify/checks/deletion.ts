import type { Answered } from '../../model/scim.ts';
import { buildPatch } from '../../scim/patch.ts';
import { readId } from '../../scim/read.ts';
import type { Check } from '../check.ts';
import {
  lesser,
  requireCount,
  requireCreated,
  requireResource,
  requireStatus,
  requireValue,
} from '../expect.ts';
import { userMapping } from '../subject.ts';
import type { Trial, TriedObject } from '../trial.ts';
import { NotTested, Unmet } from '../verdict.ts';
import { addMembers } from './members.ts';

/** Leaving: how users are disabled, and how users and groups are deleted. */
export const DELETION_CHECKS: readonly Check[] = [
  {
    id: 'DEL-01',
    title: 'shows a disabled user',
    severity: 'must',
    needs: ['patch'],
    requests: ['PATCH /Users/{id} with active false', 'GET /Users/{id}', 'GET /Users?filter=userName eq "…"'],
    criterion: 'both reads show the user, with active false',
    why: 'Who comes back is enabled again through the id that the service keeps. Where a disabled user is hidden, the link is taken for stale and a second account is created, or the creation is refused for the name that is still taken.',
    fix: 'Show users whether they are active or not, by id and in lists.',
    pseudocode: `users.where(filter)              # not: users.where(filter and active)`,
    sources: [
      'Entra "Develop and plan provisioning for a SCIM endpoint", Disable user',
      'Entra "How provisioning works", deprovisioning',
    ],
    alsoTestedBy: { validator: '8', gallery: 'User_Disable' },
    run: async (trial) => {
      const user = await trial.user();
      const disabled = await disable(trial, user);
      const byId = await trial.get(user.path);
      requireStatus(byId, [200], 'The read of a disabled user');
      const isFalse = (found: unknown): boolean => found === false;
      requireValue(
        requireResource(byId, 'The read of a disabled user'),
        'active',
        isFalse,
        'false',
        disabled,
      );
      const found = await trial.find('User', 'userName', user.name);
      const [entry = {}] = requireCount(found, 1, 'The query for a disabled user');
      requireValue(entry, 'active', isFalse, 'false', disabled);
    },
  },
  {
    id: 'DEL-02',
    title: 'deletes a user',
    severity: 'must',
    requests: ['DELETE /Users/{id}'],
    criterion: '204; another success is a warning',
    why: 'Thirty days after a user was deleted in the directory, the service deletes the account. A refusal is retried for days, and personal data stays.',
    fix: 'Implement DELETE and answer 204.',
    pseudocode: `users.delete(id) or respond 404
respond 204`,
    sources: ['RFC 7644 §3.6', 'Entra "How provisioning works", deprovisioning'],
    alsoTestedBy: { validator: '13', gallery: 'User_Delete' },
    run: async (trial) => {
      const user = await trial.user();
      const plain = await trial.delete(user);
      if (plain.response.status < 300) return requireNoContent(plain, 'The deletion of a user');
      trial.accommodations.deletesWithBody = true;
      const withBody = await trial.delete(user);
      if (withBody.response.status < 300) return;
      trial.accommodations.deletesWithBody = false;
      requireNoContent(plain, 'The deletion of a user');
    },
  },
  {
    id: 'DEL-03',
    title: 'does not show a deleted user any more',
    severity: 'must',
    requires: ['DEL-02'],
    requests: ['GET /Users/{id} and GET /Users?filter=userName eq "…", after DELETE'],
    criterion: '404 by id, and an empty list',
    why: 'A deleted user that is still found is linked again, and changes are written to an account that nobody can use.',
    fix: 'Answer 404 for the id, and leave the user out of lists.',
    pseudocode: `users.where(not deleted)`,
    sources: ['RFC 7644 §3.6'],
    alsoTestedBy: { validator: '13', gallery: 'User_Delete' },
    run: async (trial) => {
      const user = await deletedUser(trial);
      requireStatus(await trial.get(user.path), [404], 'The read of a deleted user');
      requireCount(await trial.find('User', 'userName', user.name), 0, 'The query for a deleted user');
    },
  },
  {
    id: 'DEL-04',
    title: 'answers the deletion of what is not there with 404',
    severity: 'should',
    requires: ['DEL-02'],
    requests: ['DELETE /Users/{id}, twice', 'DELETE /Users/{unknown id}'],
    criterion: '404 to the second and the third; a success is a warning',
    why: 'A deletion is sent again after an answer that was lost. 404 tells that it is done; a 5xx is retried for days.',
    fix: 'Answer 404 where the id names nobody.',
    pseudocode: `users.exists(id) or respond 404`,
    sources: ['RFC 7644 §3.6', 'RFC 7644 §3.12'],
    alsoTestedBy: { validator: 'preview' },
    run: async (trial) => {
      const user = await deletedUser(trial);
      const id = trial.unknownId();
      for (const [answered, what] of [
        [await trial.delete(user), 'The second deletion of a user'],
        [await trial.delete({ ...user, id, path: `/Users/${id}` }), 'The deletion of an unknown id'],
      ] as const) {
        const { status } = answered.response;
        if (status < 300) throw lesser(`${what} is answered ${status} instead of 404`, answered);
        requireStatus(answered, [404], what);
      }
    },
  },
  {
    id: 'DEL-05',
    title: 'creates a user with the name of a deleted one',
    severity: 'must',
    requires: ['DEL-02'],
    requests: ['POST /Users with the userName of a deleted user'],
    criterion: '201, and another id',
    why: 'A person returns, or a name is given again. Where the name of a deleted account stays taken, every creation ends in 409 and the person has no account.',
    fix: 'Give unique names free when a user is deleted; never give an id again.',
    pseudocode: `unique index on lower(userName) where not deleted
id = new uuid`,
    sources: ['Entra "How provisioning works", deprovisioning', 'RFC 7643 §3.1', 'RFC 7644 §3.6'],
    alsoTestedBy: { gallery: 'Restore' },
    run: async (trial) => {
      const user = await deletedUser(trial);
      const what = 'The creation of a user with the name of a deleted one';
      const answered = await trial.create('User', user.name, trial.bodyOf('User', user.attributes));
      requireCreated(trial, answered, what);
      if (readId(requireResource(answered, what)) === user.id)
        throw new Unmet(`${what} is answered with the id of the deleted one`, { decisive: answered });
    },
  },
  {
    id: 'DEL-06',
    title: 'deletes a group and leaves its members unharmed',
    severity: 'must',
    needs: ['groups'],
    requires: ['DEL-02'],
    requests: ['DELETE /Groups/{id} of a group with a member', 'GET /Groups/{id}', 'GET /Users/{id}'],
    criterion: '204, then 404 for the group and 200 for the member; another success is a warning',
    why: 'The service deletes groups that leave its scope. Their members stay, and are provisioned on.',
    fix: 'Delete the group and its memberships, and nobody else.',
    pseudocode: `delete from memberships where group = group.id
delete from groups where id = group.id`,
    sources: ['RFC 7644 §3.6', 'Entra "Develop and plan provisioning for a SCIM endpoint", Delete group'],
    alsoTestedBy: { validator: '25', gallery: 'Group_Delete' },
    run: async (trial) => {
      const user = await trial.user();
      const group = await trial.group();
      if (trial.subject.group?.reference !== null) await addMembers(trial, group, [user]);
      const deleted = await trial.delete(group);
      requireStatus(deleted, [200, 202, 204], 'The deletion of a group');
      requireStatus(await trial.get(group.path), [404], 'The read of a deleted group');
      requireStatus(await trial.get(user.path), [200], 'The read of a member of a deleted group');
      requireNoContent(deleted, 'The deletion of a group');
    },
  },
  {
    id: 'DEL-07',
    title: 'deletes without a body and a content type',
    severity: 'must',
    requires: ['DEL-02'],
    requests: ['DELETE /Users/{id} without a body and without Content-Type'],
    criterion: '204; another success is a warning in DEL-02',
    why: 'The service sends neither. A framework that demands a content type of every write refuses the deletion with 400 or 415.',
    fix: 'Demand a content type of requests with a body only.',
    pseudocode: `if request.hasBody: check(request.contentType)`,
    sources: ['RFC 7644 §3.6', 'RFC 9110 §9.3.5'],
    run: async (trial) => {
      const user = await trial.user();
      const answered = await trial.send({ method: 'DELETE', path: user.path });
      requireStatus(answered, [200, 202, 204], 'A deletion without a body and a content type');
    },
  },
];

/** Requires 204. Another success is a lesser miss. */
function requireNoContent(answered: Answered, what: string): void {
  requireStatus(answered, [200, 202, 204], what);
  const { status } = answered.response;
  if (status !== 204) throw lesser(`${what} is answered ${status} instead of 204`, answered);
}

/** A user of the check that was deleted. @throws {NotTested} where that was refused */
async function deletedUser(trial: Trial): Promise<TriedObject> {
  const user = await trial.user();
  const { status } = (await trial.delete(user)).response;
  if (status >= 300) throw new NotTested(`the user for it was not deleted: DELETE answered ${status}`);
  return user;
}

/** Disables a user in a form that the endpoint takes. @throws {NotTested} where it refuses that */
async function disable(trial: Trial, user: TriedObject): Promise<Answered> {
  const mapping = userMapping(trial.subject, 'active');
  if (mapping === undefined) throw new NotTested('active is not mapped');
  const dialect = { ...trial.dialect(), ...(trial.hasFailed('LEG-02') ? { activeAsBoolean: true } : {}) };
  const body = buildPatch([{ kind: 'replace', mapping, value: 'False' }], dialect);
  const answered = await trial.patch(user, trial.spelled(body));
  const { status } = answered.response;
  if (status >= 300) throw new NotTested(`the user for it was not disabled: PATCH answered ${status}`);
  return answered;
}
