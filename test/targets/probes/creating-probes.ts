import { randomUUID } from 'node:crypto';
import { createGroup, createUser, entraGroup, entraUser, send } from '../scim-call.ts';
import { type CharacterProbe, said } from './character-probe.ts';

/** What a server does when users and groups are created. */
export const CREATING: readonly CharacterProbe[] = [
  {
    title: 'a wrong token',
    observe: async (target) => said(await send({ ...target, token: 'wrong' }, 'GET', '/Users')),
  },
  {
    title: 'create a user',
    observe: async (target) => {
      const answer = await send(target, 'POST', '/Users', entraUser(randomUUID()));
      return `${said(answer)}, ${answer.headers.has('location') ? 'Location' : 'no Location'}`;
    },
  },
  {
    title: 'create the same userName and e-mail',
    observe: async (target) => {
      const name = randomUUID();
      await createUser(target, name);
      return said(await send(target, 'POST', '/Users', entraUser(name, { externalId: randomUUID() })));
    },
  },
  {
    title: 'create them in another case',
    observe: async (target) => {
      const name = `a${randomUUID()}`;
      await createUser(target, name);
      return said(await send(target, 'POST', '/Users', entraUser(name.toUpperCase())));
    },
  },
  {
    title: 'create the same userName with another e-mail',
    observe: async (target) => {
      const name = randomUUID();
      await createUser(target, name);
      const emails = [{ primary: true, type: 'work', value: `${name}@contoso.example` }];
      return said(
        await send(target, 'POST', '/Users', entraUser(name, { externalId: randomUUID(), emails })),
      );
    },
  },
  {
    title: 'create the same e-mail with another userName',
    observe: async (target) => {
      const name = randomUUID();
      await createUser(target, name);
      const emails = [{ primary: true, type: 'work', value: `${name}@contoso.com` }];
      return said(await send(target, 'POST', '/Users', entraUser(randomUUID(), { emails })));
    },
  },
  {
    title: 'create the same group name',
    observe: async (target) => {
      const name = randomUUID();
      await createGroup(target, name);
      return said(await send(target, 'POST', '/Groups', { ...entraGroup(name), externalId: randomUUID() }));
    },
  },
];
