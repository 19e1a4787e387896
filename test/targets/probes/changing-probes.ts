import { randomUUID } from 'node:crypto';
import type { ForeignTarget } from '../foreign-target.ts';
import { type Answer, createGroup, createUser, send, sendPatch } from '../scim-call.ts';
import { type CharacterProbe, said } from './character-probe.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const groupWithMember = async (target: ForeignTarget): Promise<{ id: string; member: string }> => {
  const member = await createUser(target, randomUUID());
  const id = await createGroup(target, randomUUID());
  await sendPatch(target, `/Groups/${id}`, [{ op: 'add', path: 'members', value: [{ value: member }] }]);
  return { id, member };
};

const shownMembers = (answer: Answer): string => {
  const members = answer.body.members;
  if (members === undefined) return 'absent';
  return Array.isArray(members) && members.length > 0 ? 'shown' : 'empty';
};

/** What a server does when users and groups are changed, read back and deleted. */
export const CHANGING: readonly CharacterProbe[] = [
  {
    title: 'rename to a taken userName',
    observe: async (target) => {
      const taken = randomUUID();
      await createUser(target, taken);
      const id = await createUser(target, randomUUID());
      const rename = { op: 'replace', path: 'userName', value: `${taken}@contoso.com` };
      return said(await sendPatch(target, `/Users/${id}`, [rename]));
    },
  },
  {
    title: 'PATCH that changes a user, then the same again',
    observe: async (target) => {
      const id = await createUser(target, randomUUID());
      const operations = [{ op: 'replace', path: 'title', value: 'Architect' }];
      const first = await sendPatch(target, `/Users/${id}`, operations);
      const again = await sendPatch(target, `/Users/${id}`, operations);
      return `${said(first)}, ${said(again)}`;
    },
  },
  {
    title: 'manager set as an object, as RFC 7643 has it',
    observe: async (target) => {
      const manager = { value: await createUser(target, randomUUID()) };
      const id = await createUser(target, randomUUID());
      const answer = await sendPatch(target, `/Users/${id}`, [
        { op: 'add', path: `${ENTERPRISE}:manager`, value: manager },
      ]);
      const user = (await target.users()).find((candidate) => candidate.id === id);
      const taken = JSON.stringify(user?.[ENTERPRISE] ?? {}).includes(manager.value);
      return `${said(answer)}, ${taken ? 'taken' : 'not taken'}`;
    },
  },
  {
    title: 'members of a GET',
    observe: async (target) =>
      shownMembers(await send(target, 'GET', `/Groups/${(await groupWithMember(target)).id}`)),
  },
  {
    title: 'members when excluded',
    observe: async (target) => {
      const { id } = await groupWithMember(target);
      return shownMembers(await send(target, 'GET', `/Groups/${id}?excludedAttributes=members`));
    },
  },
  {
    title: 'DELETE a user',
    observe: async (target) => {
      const answer = await send(target, 'DELETE', `/Users/${await createUser(target, randomUUID())}`);
      return `${said(answer)}, ${Object.keys(answer.body).length > 0 ? 'body' : 'no body'}`;
    },
  },
  {
    title: 'a deleted user in the group',
    observe: async (target) => {
      const { id, member } = await groupWithMember(target);
      await send(target, 'DELETE', `/Users/${member}`);
      const group = (await target.groups()).find((candidate) => candidate.id === id);
      return JSON.stringify(group?.members ?? []).includes(member) ? 'still a member' : 'no longer a member';
    },
  },
];
